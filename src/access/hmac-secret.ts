/** What an HMAC secret must look like, in words. */
export const hmacSecretForm =
  '32 to 512 random bytes in base64, as `openssl rand -base64 32` makes, and no value from documentation'

/** RFC 7518, 3.2: a key of the hash's size or larger. */
const bytesMin = 32
const bytesMax = 512
/** 32 random bytes have 30 different ones on average; fewer than 16 come up less than once in 10^15 times. */
const differentBytesMin = 16

/**
 * Secrets of documentation, examples and default configurations: whoever guesses tries them first. Looked for as the text
 * and as the bytes that it may stand for, in lower case.
 */
const known: ReadonlySet<string> = new Set(
  [
    'a-string-secret-at-least-256-bits-long',
    'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
    'qwertyuiopasdfghjklzxcvbnm123456',
    'super-secret-jwt-token-with-at-least-32-characters-long',
    'your-super-secret-jwt-token-with-at-least-32-characters-long',
    'your-super-secret-and-long-postgres-password',
    'this-is-a-secret-key-for-jwt-token-generation',
    'thisisasamplesecretkeythatshouldbereplaced',
    'change-me-in-production-use-a-long-random-string',
    '404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970',
    '3cfa76ef14937c1c0ea519f8fc057a80fcd04a7420f8e8bcd0a7567c272e007b',
    // RFC 7515, A.1.
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==',
  ].map((text) => text.toLowerCase()),
)

/** The words that placeholders are made of; each is in random text of 43 letters once in 10^7 times or less. */
const placeholder = /change.?me|secret|password|example|replace|default|123456|abcdef/i

/** The bytes of a secret that may sign; null where it is too short, too plain or a known default. */
export function parseHmacSecret(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/_-]{43,700}={0,2}$/.test(text) || isKnown(text)) return null
  if (placeholder.test(text) || isPhrase(text)) return null
  const bytes = Buffer.from(text, 'base64')
  return isStrongSecret(bytes) ? bytes : null
}

/** Whether bytes that are there already may sign. */
export function isStrongSecret(bytes: Buffer): boolean {
  if (bytes.length < bytesMin || bytes.length > bytesMax) return false
  if (new Set(bytes).size < differentBytesMin) return false
  const asText = bytes.toString('latin1')
  return (
    !isKnown(asText) &&
    !(isPrintable(asText) && (/your/i.test(asText) || placeholder.test(asText) || isPhrase(asText)))
  )
}

function isKnown(text: string): boolean {
  return known.has(text.toLowerCase())
}

/**
 * Words with something between them, which also pass for base64: `my-company-analytics-key-of-2024-production`. Whoever guesses
 * builds them from a dictionary. Random letters look so less than once in 10^6 times.
 */
function isPhrase(text: string): boolean {
  const words = text
    .split(/[^A-Za-z]+/)
    .filter((part) => /^(?:[a-z]{3,}|[A-Z][a-z]{2,}|[A-Z]{3,})$/.test(part))
  return words.length >= 3 && words.join('').length * 3 > text.length * 2
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e\s]*$/.test(text)
}
