import type { Problem } from './problem.ts'

const advice: Readonly<Record<string, string>> = {
  UNAUTHENTICATED:
    'The guest token was not accepted: it is missing, expired, revoked or of another installation. With token-endpoint or getToken a new one is asked for by itself; a token attribute has to be replaced by the page.',
  FORBIDDEN: 'The guest token does not permit this.',
  NOT_FOUND:
    'There is no such dashboard or widget, or the guest token does not grant it. Check the dashboard and widget attributes, and the dashboards and widgets of createGuestToken.',
  ATTRIBUTE_MISSING:
    'A row rule reads an attribute that the guest token does not carry: attributes of createGuestToken.',
  ORIGIN_NOT_ALLOWED:
    'The guest token or its environment does not list this page: add its origin to origins of createGuestToken or to the allowed origins of the environment.',
  WRONG_REGION: 'The tenant is answered for in another region: set the api attribute to its address.',
  NETWORK:
    'The API cannot be reached. Check the api attribute, the network and the connect-src of the page’s Content-Security-Policy.',
  TOKEN_UNAVAILABLE:
    'The page gave no token. token-endpoint is POSTed with the page’s cookies and has to answer { "token": "…" } as JSON with status 200; getToken has to return a string.',
  NOT_SET_UP: 'Something is missing on the element.',
  NOT_LOADED:
    'A file of the elements did not load. Check the network, the script-src of the page’s Content-Security-Policy, and that the files of the build that the page started with are still served.',
  PERIOD_NOT_ALLOWED:
    'The guest token does not grant this time range: allowedPeriods or earliest of createGuestToken.',
  DATE_RANGE_TOO_LONG: 'The time range is longer than maxDateRangeDays of the guest token.',
  GRANULARITY_NOT_ALLOWED:
    'The grain is finer than minGranularity of the guest token, or the range does not lie on its edges.',
  DIMENSION_NOT_ALLOWED: 'A filter names a dimension that the guest token does not grant.',
  BAD_USER_INPUT: 'An attribute or property of the element is not of its form.',
  RATE_LIMITED: 'Too many requests: limits of createGuestToken or of the environment.',
  METRIC_NOT_ALLOWED:
    'A metric is not among those of the dataset, or the guest token does not grant it: metrics of createGuestToken.',
  NOT_SUPPORTED: 'The warehouse, or the kind of question, does not support this.',
  QUOTA_EXCEEDED: 'What the environment or the tenant may ask for is used up until its next period.',
  QUERY_TIMEOUT:
    'The question took longer than its limit: a shorter range, fewer groups, or more time in the limits of the warehouse.',
  QUERY_TOO_LARGE:
    'The question reads or gives back more than its limit: a shorter range, fewer groups, or another limit.',
  WAREHOUSE_UNAVAILABLE: 'The API cannot reach its warehouse. It is asked again by itself.',
  STORE_UNAVAILABLE: 'The API cannot reach its store. It is asked again by itself.',
  INTERNAL: 'Something unexpected happened. If there is a request id, the server’s log has the cause.',
}

/** For whoever builds the page. It holds nothing of a token and nothing of an answer. */
export function adviceFor({ code, argument, expected, requestId }: Problem, about: string): string {
  const facts = [
    argument === null ? null : `argument: ${argument}`,
    expected === null ? null : `expected: ${expected}`,
    requestId === null ? null : `request: ${requestId}`,
  ].filter((fact) => fact !== null)
  const text = Object.hasOwn(advice, code) ? advice[code] : undefined
  const sentence = text ?? 'See the error codes of the documentation.'
  return `[tessera] ${about}: ${code}. ${sentence}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}`
}
