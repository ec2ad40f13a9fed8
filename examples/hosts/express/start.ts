import { createApp } from './app.ts'

const { env } = process
const { TESSERA_URL: tesseraUrl = 'http://127.0.0.1:4000', TESSERA_API_KEY: tesseraApiKey = '' } = env
const { DASHBOARD: dashboard = 'departures', DATASET: dataset = 'flights', CUSTOMER: customer = 'ATL' } = env
createApp({ tesseraUrl, tesseraApiKey, dashboard, dataset, customer }).listen(
  Number(env.PORT ?? 3000),
  '127.0.0.1',
)
