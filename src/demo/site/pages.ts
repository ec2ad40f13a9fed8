import { type Html, html } from './html.ts'
import { type DashboardName, type Person, people } from './people.ts'

export interface PageOptions {
  /** The address of the API, whose script the pages load. */
  readonly apiUrl: string
  readonly person: Person
}

const titles: Readonly<Record<DashboardName, string>> = {
  departures: 'Departures',
  delays: 'Delays',
  network: 'Network',
}

/** The page that this is all about: a dashboard of the customer's own figures, by one tag. */
export function dashboardPage(options: PageOptions, name: DashboardName): string {
  const { person } = options
  const tag = `<tessera-dashboard dashboard="${name}" token-endpoint="/analytics-token"></tessera-dashboard>`
  const script = `<script type="module" src="${options.apiUrl}/embed/tessera.js"></script>`
  return page(
    options,
    { title: titles[name], path: `/${name}` },
    html`<header class="intro">
<p class="kicker">${person.airport}</p>
<h1>${person.airportName}</h1>
<p>${person.name}. ${person.job}.</p>
</header>
${{ html: tag }}
<details class="how">
<summary>How this page does it</summary>
<p>These two lines, and a route of its own backend that asks Tessera for a token of the airport in its session:</p>
<pre><code>${script}
${tag}</code></pre>
</details>`,
    true,
  )
}

export function cheatPage(options: PageOptions): string {
  const { apiUrl, person } = options
  const other = people.find(({ airport }) => airport !== person.airport)?.airport ?? ''
  return page(
    options,
    { title: 'Try to cheat', path: '/cheat' },
    html`<header class="intro">
<p class="kicker">${person.airportName} · ${person.airport}</p>
<h1>Try to cheat</h1>
<p>Everything that your browser sends, you could change. Each of these attempts is really sent to the API, as somebody with
the developer tools open would send it, and this is how each ended. The tokens are real ones of ${person.airport}; the
figures of ${other} are what they are after.</p>
</header>
<section id="cheat" data-api="${apiUrl}" data-airport="${person.airport}" data-other="${other}">
<p class="summary" role="status"></p>
<ol class="attempts"></ol>
<button type="button" class="again">Send them again</button>
</section>
<noscript><p>The attempts are sent by a script, and scripts are switched off here.</p></noscript>`,
    false,
  )
}

export function signInPage(): string {
  return document(
    'Sign in',
    html`<main class="sign-in">
${brand}
<h1>Who are you today?</h1>
<p>Each airport is a customer of ours and sees its own flights, and each person of it what their job needs.</p>
<form method="post" action="/sign-in">
<ul class="people">${people.map(
      ({ id, name, job, airport, airportName }) => html`<li>
<button name="person" value="${id}"><span class="code">${airport}</span>
<span class="name">${name}</span><span class="job">${job}, ${airportName}</span></button></li>`,
    )}</ul>
</form>
${footer}
</main>`,
    html``,
  )
}

/** While the flights are being loaded. It asks again by itself. */
export function waitingPage(): string {
  return document(
    'One moment',
    html`<main class="sign-in">${brand}<h1>One moment</h1><p>Three million flights are being loaded.</p></main>`,
    html`<meta http-equiv="refresh" content="2">`,
  )
}

const brand = html`<a class="brand" href="/"><img src="/logo.svg" alt="" width="32" height="32">Apronworks</a>`

const footer = html`<footer><p>Apronworks is invented, and so are its people: this page stands for a product that embeds
Tessera. Its sign-in asks for no password, because it is a demonstration on your own machine. The flights are real ones, of
January to June 2001.</p></footer>`

function page(
  { apiUrl, person }: PageOptions,
  { title, path }: { readonly title: string; readonly path: string },
  body: Html,
  embeds: boolean,
): string {
  const links = [
    ...person.grants.dashboards.map((name) => ({ href: `/${name}`, text: titles[name] })),
    { href: '/cheat', text: 'Try to cheat' },
  ]
  return document(
    title,
    html`<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
${brand}
<nav aria-label="Pages">${links.map(
      ({ href, text }) => html`<a href="${href}"${href === path && html` aria-current="page"`}>${text}</a>`,
    )}</nav>
<form class="switch" method="post" action="/sign-in">
<label for="person">Signed in as</label>
<select id="person" name="person">${people.map(
      ({ id, name, airport }) =>
        html`<option value="${id}"${id === person.id && html` selected`}>${name}, ${airport}</option>`,
    )}</select>
<button>Switch</button>
</form>
<button type="button" class="theme" aria-pressed="false">Dark</button>
</header>
<main id="main">${body}</main>
${footer}`,
    html`${embeds && html`<script type="module" src="${apiUrl}/embed/tessera.js"></script>`}`,
  )
}

function document(title: string, body: Html, head: Html): string {
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Apronworks</title>
<link rel="icon" href="/logo.svg">
<link rel="stylesheet" href="/site.css">
<script src="/site.js"></script>
${head}
</head>
<body>
${body}
</body>
</html>
`
  return text
}
