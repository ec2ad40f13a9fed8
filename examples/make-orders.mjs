// 100,000 orders of 40 shops, as CSV: node examples/make-orders.mjs > orders.csv
const countries = ['DE', 'FR', 'IT', 'ES', 'NL', 'PL', 'AT', 'CH']
const channels = ['web', 'app', 'store', 'phone']
const categories = ['shoes', 'shirts', 'hats', 'bags', 'belts', 'coats']
const count = Number(process.argv[2] ?? 100_000)

let state = 20_240_101
/** The same numbers each time, below `bound`; small ones more often the higher `skew` is. */
function random(bound, skew = 1) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) ** skew * bound)
}

const lines = [
  'Order ID,shop_id,customer_id,ordered_at,country,channel,category,amount_eur,items,is_returned,rating',
]
for (let index = 0; index < count; index += 1) {
  const at = new Date(Date.UTC(2025, 0, 1) + Math.floor((index / count) * 365 * 86_400_000)).toISOString()
  const shop = `shop-${random(40, 2) + 1}`
  const person = `c${String(random(9_000, 2)).padStart(5, '0')}`
  const amount = (500 + random(20_000, 3)) / 100
  const rating = random(3) === 0 ? 1 + random(5) : ''
  const where = `${countries[random(8, 2)]},${channels[random(4, 2)]},${categories[random(6)]}`
  lines.push(
    `${index + 1},${shop},${person},${at},${where},${amount},${1 + random(6, 3)},${random(12) === 0},${rating}`,
  )
}
process.stdout.write(`${lines.join('\n')}\n`)
