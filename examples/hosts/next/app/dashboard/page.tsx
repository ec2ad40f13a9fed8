import Script from 'next/script'
import 'tessera/embed/react'

const { NEXT_PUBLIC_TESSERA_URL = 'http://127.0.0.1:4000' } = process.env

export default function DashboardPage() {
  return (
    <main>
      <Script type="module" src={`${NEXT_PUBLIC_TESSERA_URL}/embed/tessera.js`} />
      <tessera-dashboard dashboard="departures" token-endpoint="/api/analytics-token" />
    </main>
  )
}
