import { createApp } from './app.ts'

const { TESSERA_URL = 'http://127.0.0.1:4000', TESSERA_API_KEY = '', PORT = '3000' } = process.env
createApp({ tesseraUrl: TESSERA_URL, tesseraApiKey: TESSERA_API_KEY }).listen(Number(PORT), '127.0.0.1')
