/* global AbortController, document, fetch, FHIR, TextDecoderStream, URLSearchParams */

/** What a clinician's app does: takes the code, shows who and what, asks for more, refreshes, signs out. */
const show = (id, text) => {
  document.querySelector(`#${id}`).textContent = text;
};
const nameOf = ({ name: [name] = [{}] }) => name.text ?? [...(name.given ?? []), name.family].join(' ');
const failed = (error) => show('problem', `${error.status ?? ''} ${error.message}`);

try {
  const client = await FHIR.oauth2.ready();
  await showAll(client);
  const on = (id, act) =>
    document.querySelector(`#${id}`).addEventListener('click', () => {
      show('answer', '…');
      act(client).catch(failed);
    });
  on('ask', ask);
  on('refresh', refresh);
  on('sign-out', signOut);
  on('listen', listen);
  on('leave', leave);
} catch (error) {
  failed(error);
}
document.body.dataset.shown = '';

async function showAll(client) {
  const { scope, encounter = '', fhirContext = [] } = client.state.tokenResponse;
  show('scope', scope);
  show('encounter', encounter);
  show('context', fhirContext.map(({ reference }) => reference).join(' '));
  if (client.patient.id !== null) show('patient', nameOf(await client.patient.read()));
  if (client.user.fhirUser) show('user', nameOf(await client.user.read()));
  if (/DocumentReference|\*/.test(scope)) await showDocuments(client);
}

async function showDocuments(client) {
  const found = await client.request(`DocumentReference?patient=${client.patient.id}`, { flat: true });
  const items = found.map(({ description }) => {
    const item = document.createElement('li');
    item.textContent = description;
    return item;
  });
  document.querySelector('#documents').replaceChildren(...items);
}

async function ask(client) {
  const path = document.querySelector('#asked').value;
  try {
    const { resourceType, total } = await client.request(path);
    show('answer', `200 ${resourceType} ${total ?? ''}`);
  } catch (error) {
    show('answer', `${error.status ?? ''} ${error.message}`);
  }
}

async function refresh(client) {
  const before = client.state.tokenResponse;
  const { tokenResponse: after } = await client.refresh();
  const isNew = (name) => (before[name] === after[name] ? 'the old' : 'a new');
  show('answer', `${isNew('access_token')} access token, ${isNew('refresh_token')} refresh token`);
}

/** Gives back what the app was given. https://www.rfc-editor.org/rfc/rfc7009 */
async function signOut(client) {
  const { serverUrl, clientId, tokenResponse } = client.state;
  const { revocation_endpoint } = await (await fetch(`${serverUrl}/.well-known/smart-configuration`)).json();
  const token = tokenResponse.refresh_token ?? tokenResponse.access_token;
  const body = new URLSearchParams({ token, client_id: clientId });
  const { status } = await fetch(revocation_endpoint, { method: 'POST', body });
  show('answer', `${status} signed out`);
}

let left;
let lastId;

/** Shows what happens to cases as it happens: by fetch, as an EventSource cannot send a token. */
async function listen(client) {
  const { serverUrl, tokenResponse } = client.state;
  left = new AbortController();
  const answer = await fetch(`${serverUrl}/Subscription/$stream?topic=case-progress`, {
    headers: {
      authorization: `Bearer ${tokenResponse.access_token}`,
      accept: 'text/event-stream',
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    },
    signal: left.signal,
  });
  if (!answer.ok) return show('answer', `${answer.status} ${(await answer.json()).issue[0].details.text}`);
  hear(answer.body.pipeThrough(new TextDecoderStream()).getReader()).catch(({ name }) => show('answer', name));
}

async function hear(reader) {
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return show('answer', 'over');
    const blocks = (text + value).split('\n\n');
    text = blocks.pop();
    for (const block of blocks) hearOne(Object.fromEntries(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2))));
  }
}

function hearOne({ id, event, data }) {
  lastId = id ?? lastId;
  if (event === 'handshake') show('answer', 'listening');
  if (event !== 'event-notification') return;
  const { parameter } = JSON.parse(data).entry[0].resource;
  const { part } = parameter.find(({ name }) => name === 'notification-event');
  const told = Object.fromEntries(part.map(({ name, ...value }) => [name, Object.values(value)[0]]));
  const item = document.createElement('li');
  item.textContent = `${told['event-number']} ${told.focus.reference.split('/fhir/')[1]}`;
  document.querySelector('#heard').append(item);
}

async function leave() {
  left.abort();
}
