/* global document, fetch, FHIR */

/** Sends the person to the server: `iss` and `launch` stand in the address, or the app knows its server by itself. */
const { iss, ...settings } = await (await fetch('settings.json')).json();
const isAlone = document.body.dataset.standalone !== undefined;
try {
  await FHIR.oauth2.authorize({ ...settings, redirectUri: 'index.html', ...(isAlone ? { iss } : {}) });
} catch (error) {
  document.querySelector('#problem').textContent = error.message;
}
