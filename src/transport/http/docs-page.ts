/** A page that shows /openapi.json and lets one try it. It loads nothing from elsewhere, and needs nothing but itself. */

export const docsPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>roomrtc-server: HTTP</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/page.css">
<header>
  <h1>roomrtc-server</h1>
  <p>Everything that can be asked by HTTP. <a href="/openapi.json">openapi.json</a></p>
  <form id="who" autocomplete="off">
    <label>Token <input id="token" placeholder="from POST /auth/login"></label>
    <label>Session <input id="session" placeholder="from POST /api/session"></label>
  </form>
</header>
<main id="routes">Reading /openapi.json …</main>
<script src="/docs/page.js" type="module"></script>
</html>
`

export const docsStyle = `
:root { color-scheme: light dark; --line: #8884; --accent: #2563eb; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 56rem; padding: 1rem; }
h1 { margin: 0; font-size: 1.5rem; }
header { border-bottom: 1px solid var(--line); padding-bottom: 1rem; margin-bottom: 1rem; }
a { color: var(--accent); }
form { display: grid; gap: .5rem; }
#who { grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); }
label { display: grid; font-size: .85rem; gap: .2rem; }
input, textarea, button { font: inherit; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .4rem; width: 100%; }
textarea { font-family: ui-monospace, monospace; min-height: 5rem; }
button { background: var(--accent); color: white; border: 0; cursor: pointer; width: auto; justify-self: start; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
details { border: 1px solid var(--line); border-radius: .5rem; margin-bottom: .5rem; }
summary { cursor: pointer; padding: .6rem; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 5rem; }
summary code { font: 1em ui-monospace, monospace; margin-right: .6rem; }
summary span { opacity: .75; }
@media (max-width: 40rem) { summary span { display: block; } }
.inside { padding: 0 .6rem .6rem; display: grid; gap: .6rem; }
pre { background: #8881; border-radius: .4rem; padding: .6rem; overflow: auto; margin: 0; max-height: 24rem; }
`

export const docsScript = `
const at = (id) => document.getElementById(id)
const make = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...children)
  return node
}
const api = await (await fetch('/openapi.json')).json()

const example = (schema = {}) => {
  if (schema.$ref) return example(schema.$ref.split('/').slice(1).reduce((o, key) => o[key], api))
  if (schema.enum) return schema.enum[0]
  if (schema.type === 'object' || schema.properties)
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, value]) => [key, example(value)]))
  if (schema.type === 'array') return []
  return { integer: 0, number: 0, boolean: true }[schema.type] ?? ''
}

const route = (path, method, operation) => {
  const answers = Object.entries(operation.responses)
  const good = answers.find(([code]) => code < 300)?.[1].description ?? ''
  const inside = make('div', { className: 'inside' })
  const summary = make(
    'summary',
    {},
    make('b', { textContent: method.toUpperCase() }),
    make('code', { textContent: path }),
    make('span', { textContent: good }),
  )
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
  const inputs = query.map((parameter) => {
    const input = make('input', { name: parameter.name })
    inside.append(make('label', {}, parameter.name, input))
    return input
  })
  const schema = operation.requestBody?.content['application/json']?.schema
  const body = schema && make('textarea', { spellcheck: false, value: JSON.stringify(example(schema), null, 2) })
  if (body) inside.append(make('label', {}, 'Body', body))
  const output = make('pre', { hidden: true })
  const send = make('button', { type: 'button', textContent: 'Send' })
  send.onclick = async () => {
    const asked = inputs.filter((input) => input.value !== '').map((input) => [input.name, input.value])
    const headers = {}
    if (at('token').value) headers.Authorization = 'Bearer ' + at('token').value
    if (at('session').value) headers.Session = at('session').value
    if (body) headers['Content-Type'] = 'application/json'
    output.hidden = false
    output.textContent = '…'
    try {
      const search = asked.length > 0 ? '?' + new URLSearchParams(asked) : ''
      const answer = await fetch(path + search, { method: method.toUpperCase(), headers, body: body?.value })
      const text = await answer.text()
      let shown = text
      try {
        const json = JSON.parse(text)
        shown = JSON.stringify(json, null, 2)
        if (answer.ok && path === '/auth/login') at('token').value = json.token
        if (answer.ok && path === '/api/session' && json.session_token) at('session').value = json.session_token
      } catch {}
      output.textContent = answer.status + ' ' + answer.statusText + '\\n' + shown
    } catch (error) {
      output.textContent = String(error)
    }
  }
  inside.append(send, output)
  return make('details', {}, summary, inside)
}

at('routes').replaceChildren(
  ...Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => route(path, method, operation)),
  ),
)
`
