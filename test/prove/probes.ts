import { matches, SYSTEM } from '../journeys/packet.ts';
import type { Answer, Partner } from '../support/house.ts';
import { marksOf } from './twins.ts';
import type { Twin } from './twins.ts';

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the caller itself had named before, in a record of its own. */
  readonly named?: string;
}

/** What came of asking one organisation's client everything about another's records. */
export interface Findings {
  calls: number;
  /** Foreign ids or bytes in an answer. */
  readonly leaks: string[];
  /** Answers that tell the foreign record from one that does not exist, or that are not what they should be. */
  readonly wrong: string[];
}

/**
 * Asks as `caller` about all of `foreign`, in which it has no part; `own` is its own twin, if it has one.
 * @param isElsewhere whether it takes part in other cases, so that its searches find something
 */
export async function probeAll(
  caller: Partner,
  foreign: Twin,
  own?: Twin,
  isElsewhere = own !== undefined,
): Promise<Findings> {
  const { findings, ask, claim } = askAs(caller, foreign);
  for (const ref of foreign.refs) await probeRecord(ask, claim, ref);
  await probeSearches(ask, claim, foreign, own, isElsewhere);
  await probeConditions(ask, claim, own);
  await probeReferences(ask, claim, foreign);
  return findings;
}

/**
 * Asks as somebody whose token reaches one patient's records alone about all of another patient's of the same organisation.
 * What such a token may not ask is refused, with the same words whatever there is.
 */
export async function probeConfined(caller: Partner, foreign: Twin): Promise<Findings> {
  const { findings, ask, claim } = askAs(caller, foreign);
  for (const ref of foreign.refs) {
    await probeRecord(ask, claim, ref, true);
    const [type] = ref.split('/') as [string];
    for (const path of [
      `/${type}?_count=500&_include=*&_include:iterate=*&_revinclude=Observation:subject&_revinclude=Task:focus`,
      `/${type}?_total=accurate&_sort=-_lastUpdated`,
      `/${type}/_history?_count=500`,
    ]) {
      const what = { method: 'GET', path };
      const answer = await ask(what);
      claim([200, 403].includes(answer.status), what, answer);
    }
  }
  return findings;
}

function askAs(caller: Partner, foreign: Twin): { findings: Findings; ask: Asking; claim: Claim } {
  const findings: Findings = { calls: 0, leaks: [], wrong: [] };
  const marks = marksOf(foreign);
  const ask = async (what: Ask): Promise<Answer> => {
    findings.calls += 1;
    const answer = await caller.fetch(what.method, what.path, what.body, what.headers);
    const asked = JSON.stringify(what);
    const said = answer.text + JSON.stringify([...answer.headers]);
    for (const mark of marks) {
      // What the caller itself named may be named in the answer.
      if (said.includes(mark) && !asked.includes(mark))
        findings.leaks.push(`${what.method} ${what.path} shows ${mark}`);
    }
    if (answer.status >= 500) findings.wrong.push(`${what.method} ${what.path}: ${answer.status}`);
    return answer;
  };
  const claim = (holds: boolean, what: Ask, answer: Answer): void => {
    if (!holds)
      findings.wrong.push(
        `${what.method} ${what.path} ${JSON.stringify(what.body ?? '').slice(0, 100)}: ${answer.status} ${answer.text.slice(0, 240)}`,
      );
  };
  return { findings, ask, claim };
}

type Asking = (what: Ask) => Promise<Answer>;
type Claim = (holds: boolean, what: Ask, answer: Answer) => void;

/** Under this id there is nothing, of any type. */
const NOBODY = '00000000-0000-7000-8000-000000000000';

const subject = { display: 'somebody' };
const MINIMAL: Readonly<Record<string, object>> = {
  Patient: {},
  Condition: { subject },
  Observation: { status: 'final', code: { text: 'x' } },
  DiagnosticReport: { status: 'registered', code: { text: 'x' } },
  Procedure: { status: 'completed', subject },
  MedicationStatement: { status: 'active', medicationCodeableConcept: { text: 'x' }, subject },
  Binary: { contentType: 'text/plain' },
  DocumentReference: { status: 'current', content: [{ attachment: { title: 'x' } }] },
  ServiceRequest: { status: 'draft', intent: 'order', subject },
  Task: { status: 'draft', intent: 'order' },
  Basic: { code: { text: 'x' } },
  Coverage: { status: 'active', beneficiary: subject, payor: [subject] },
  Invoice: { status: 'draft' },
  Claim: {
    status: 'draft',
    type: { text: 'x' },
    use: 'claim',
    patient: subject,
    created: '2026-01-01',
    provider: subject,
    priority: { text: 'x' },
    insurance: [{ sequence: 1, focal: true, coverage: subject }],
  },
};

/** Each call about a foreign record has to be answered as the same call about a record that is not there. */
async function probeRecord(ask: Asking, claim: Claim, ref: string, isConfined = false): Promise<void> {
  const [type, id] = ref.split('/') as [string, string];
  const json = { accept: 'application/fhir+json' };
  const bundle = (kind: string, ...entry: object[]) => ({ resourceType: 'Bundle', type: kind, entry });
  const put = (one: string) => ({
    resource: { resourceType: type, id: one, ...MINIMAL[type] },
    request: { method: 'PUT', url: `${type}/${one}` },
  });
  const tagged = {
    resourceType: 'Parameters',
    parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'http://example.org/tags', code: 'probed' }] } }],
  };
  const patch = '[{"op":"add","path":"/language","value":"en"}]';
  const patching = { 'content-type': 'application/json-patch+json' };
  const same: ((one: string) => Ask)[] = [
    (one) => ({ method: 'GET', path: `/${type}/${one}` }),
    (one) => ({ method: 'GET', path: `/${type}/${one}`, headers: json }),
    (one) => ({ method: 'GET', path: `/${type}/${one}`, headers: { ...json, 'if-none-match': 'W/"1"' } }),
    (one) => ({ method: 'GET', path: `/${type}/${one}/_history/1`, headers: json }),
    (one) => ({ method: 'GET', path: `/${type}/${one}/_history/2` }),
    (one) => ({ method: 'GET', path: `/${type}/${one}/_history` }),
    (one) => ({ method: 'GET', path: `/${type}?_id=${one}` }),
    (one) => ({
      method: 'GET',
      path: `/${type}?_id=${one}&_total=accurate&_include=*&_revinclude=Observation:subject&_revinclude=Task:focus`,
    }),
    (one) => ({ method: 'GET', path: `/${type}?_id=${one}&_summary=count` }),
    (one) => ({
      method: 'POST',
      path: `/${type}/_search`,
      body: `_id=${one}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    (one) => ({ method: 'GET', path: `/Observation?subject=${type}/${one}&_include=Observation:subject` }),
    (one) => ({ method: 'GET', path: `/Task?based-on=${type}/${one}&_include=*` }),
    (one) => ({ method: 'GET', path: `/${type}?_has:Task:focus:_id=${one}` }),
    (one) => ({
      method: 'POST',
      path: '',
      body: bundle(
        'batch',
        { request: { method: 'GET', url: `${type}/${one}` } },
        { request: { method: 'GET', url: `${type}?_id=${one}` } },
      ),
    }),
    (one) => ({
      method: 'POST',
      path: '',
      body: bundle('transaction', { request: { method: 'GET', url: `${type}/${one}` } }),
    }),
    (one) => ({ method: 'DELETE', path: `/${type}/${one}` }),
    (one) => ({ method: 'DELETE', path: `/${type}/${one}`, headers: { 'if-match': 'W/"1"' } }),
    (one) => ({
      method: 'POST',
      path: '',
      body: bundle('transaction', { request: { method: 'DELETE', url: `${type}/${one}` } }),
    }),
    (one) => ({ method: 'PUT', path: `/${type}/${one}`, body: put(one).resource, headers: { 'if-match': 'W/"1"' } }),
    (one) => ({
      method: 'POST',
      path: '',
      body: bundle('batch', { request: { method: 'DELETE', url: `${type}/${one}` } }),
    }),
    (one) => ({ method: 'GET', path: `/?_type=${type}&_id=${one}&_total=accurate` }),
    (one) => ({ method: 'GET', path: `/${type}/${one}?_summary=true` }),
    (one) => ({ method: 'GET', path: `/Patient/${one}/Observation?_total=accurate` }),
    (one) => ({ method: 'GET', path: `/Patient/${one}/*` }),
    (one) => ({ method: 'GET', path: `/Encounter/${one}/*` }),
    (one) => ({ method: 'GET', path: `/Patient/${one}/$everything` }),
    (one) => ({ method: 'GET', path: `/ServiceRequest/${one}/$everything` }),
    (one) => ({ method: 'GET', path: `/${type}/${one}/$meta` }),
    (one) => ({ method: 'POST', path: `/${type}/${one}/$meta-add`, body: tagged }),
    (one) => ({ method: 'POST', path: `/${type}/${one}/$meta-delete`, body: tagged }),
    (one) => ({ method: 'POST', path: `/${type}/${one}/$validate?mode=delete` }),
    (one) => ({ method: 'PATCH', path: `/${type}/${one}`, body: patch, headers: patching }),
    (one) => ({ method: 'PATCH', path: `/${type}?_id=${one}`, body: patch, headers: patching }),
    (one) => ({ method: 'DELETE', path: `/${type}?_id=${one}` }),
    (one) => ({
      method: 'POST',
      path: '',
      body: bundle(
        'batch',
        { request: { method: 'GET', url: `${type}/${one}/_history` } },
        { request: { method: 'GET', url: `Patient/${one}/Observation` } },
        { request: { method: 'GET', url: `Patient/${one}/$everything` } },
        { request: { method: 'DELETE', url: `${type}?_id=${one}` } },
      ),
    }),
  ];
  for (const build of same) {
    const foreign = await ask(build(id));
    const absent = await ask(build(NOBODY));
    claim(foreign.status === absent.status && plain(foreign, id) === plain(absent, NOBODY), build(id), foreign);
  }
  // A new record under an id that is held out of sight: one and the same plain answer, whatever is behind it.
  for (const what of [
    { method: 'PUT', path: `/${type}/${id}`, body: put(id).resource },
    { method: 'POST', path: '', body: bundle('transaction', put(id)) },
  ]) {
    const answer = await ask(what);
    const [status, key] = isConfined ? [403, 'out-of-reach'] : [409, 'id-taken'];
    claim(
      answer.status === status && answer.body.issue.length === 1 && answer.body.issue[0].details.coding[0].code === key,
      what,
      answer,
    );
  }
}

/** An answer without what differs from call to call. */
function plain(answer: Answer, id: string): string {
  return answer.text.replaceAll(id, 'ID').replace(/"lastUpdated":"[^"]*"/, '"lastUpdated":""');
}

async function probeSearches(
  ask: Asking,
  claim: Claim,
  foreign: Twin,
  own: Twin | undefined,
  isElsewhere: boolean,
): Promise<void> {
  const types = [...new Set(foreign.refs.map((ref) => ref.split('/')[0]!))];
  for (const type of types) {
    for (const query of [
      '_count=500',
      '_count=500&_include=*&_include:iterate=*&_revinclude=Observation:subject&_revinclude=Task:focus&_revinclude:iterate=Provenance:target',
      '_total=accurate&_sort=-_lastUpdated',
      '_sort=_id&_count=2',
      '_lastUpdated=ge2020-01-01&_count=500',
    ]) {
      const what = { method: 'GET', path: `/${type}?${query}` };
      const answer = await ask(what);
      claim(
        answer.status === 200 &&
          (isElsewhere || type === 'Task' || answer.body.total === undefined || answer.body.total === 0),
        what,
        answer,
      );
    }
  }
  const family = encodeURIComponent(foreign.secret);
  for (const [path, wanted] of [
    [`/Patient?name=${family}`, 0],
    [`/Patient?name:contains=${family}`, 0],
    [`/Patient?family:exact=${family}`, 0],
    [`/Patient?name:missing=false&name=${family}`, 0],
    [`/Observation?subject.name=${family}`, 0],
    [`/Observation?subject:Patient.family:exact=${family}`, 0],
    [`/ServiceRequest?patient.name=${family}`, 0],
    [`/Task?patient.name=${family}`, 0],
    [`/Patient?_has:Observation:subject:code=718-7&name=${family}`, 0],
    [`/Patient?identifier=${SYSTEM}|twin-patient&_total=accurate`, own === undefined ? 0 : 1],
    [`/Patient?_has:Observation:subject:code=718-7&_total=accurate`, own === undefined ? 0 : 1],
    [`/Observation?subject.identifier=${SYSTEM}|twin-patient&_total=accurate`, own === undefined ? 0 : 3],
    [`/ServiceRequest?identifier=${SYSTEM}|twin&_total=accurate`, own === undefined ? 0 : 1],
    [`/Basic?identifier=${SYSTEM}|twin-basic&_total=accurate`, own === undefined ? 0 : 1],
    [`/Patient?_content=${family}&_total=accurate`, 0],
    [`/Patient?_text=${family}&_total=accurate`, 0],
    [`/Observation?subject:Patient._content=${family}&_total=accurate`, 0],
    [`/?_type=Patient,Observation&_content=${family}&_total=accurate`, 0],
    [`/?_type=Patient,RelatedPerson&name=${family}&_total=accurate`, 0],
  ] as const) {
    const what = { method: 'GET', path };
    const answer = await ask(what);
    claim(answer.status === 200 && answer.body.total === wanted && matches(answer).length === wanted, what, answer);
  }
  for (const path of ['/_history?_count=500', ...types.map((type) => `/${type}/_history?_count=500`)]) {
    const what = { method: 'GET', path };
    const answer = await ask(what);
    claim(answer.status === 200, what, answer);
  }
  // The foreign page's next link, as it is.
  const what = { method: 'GET', path: foreign.next };
  const answer = await ask(what);
  claim(answer.status === 410, what, answer);
}

/** Conditions are the caller's own: what another holds neither matches nor stands in the way. */
async function probeConditions(ask: Asking, claim: Claim, own: Twin | undefined): Promise<void> {
  const criteria = `identifier=${SYSTEM}|twin-patient`;
  const subjectOf = {
    resourceType: 'Observation',
    ...MINIMAL['Observation'],
    subject: { reference: `Patient?${criteria}` },
  };
  const conditional = {
    method: 'POST',
    path: '',
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: subjectOf, request: { method: 'POST', url: 'Observation' } }],
    },
  };
  const resolved = await ask(conditional);
  claim(resolved.status === (own === undefined ? 412 : 200), conditional, resolved);
  if (resolved.status === 200) {
    const made = /Observation\/[^/]+/.exec(resolved.body.entry[0].response.location)![0];
    const stored = await ask({ method: 'GET', path: `/${made}` });
    claim(stored.body.subject.reference === own?.refs[0], conditional, stored);
    await ask({ method: 'DELETE', path: `/${made}` });
  }
  const create = {
    method: 'POST',
    path: '/Patient',
    body: { resourceType: 'Patient', identifier: [{ system: SYSTEM, value: 'twin-patient' }] },
    headers: { 'if-none-exist': criteria },
  };
  const created = await ask(create);
  claim(
    own === undefined ? created.status === 201 : created.status === 200 && `Patient/${created.body.id}` === own.refs[0],
    create,
    created,
  );
  if (own === undefined) await ask({ method: 'DELETE', path: `/Patient/${created.body.id}` });
}

/** A record may name anything; what it names is never resolved across. Where a case hangs on it, it is refused. */
async function probeReferences(ask: Asking, claim: Claim, foreign: Twin): Promise<void> {
  for (const ref of foreign.refs) {
    const named = {
      method: 'POST',
      path: '/Basic',
      body: { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: ref } },
    };
    const created = await ask(named);
    claim(created.status === 201, named, created);
    const { id } = created.body;
    const found = await ask({
      method: 'GET',
      path: `/Basic?_id=${id}&_include=Basic:subject&_include:iterate=*`,
      named: ref,
    });
    claim(
      found.body.entry.filter((entry: { search: { mode: string } }) => entry.search.mode === 'include').length === 0,
      named,
      found,
    );
    await ask({ method: 'DELETE', path: `/Basic/${id}` });
  }
  for (const [build, type] of [
    [(ref: string) => ({ status: 'requested', intent: 'order', focus: { reference: ref } }), 'Task'],
    [
      (ref: string) => ({ status: 'registered', code: { text: 'x' }, basedOn: [{ reference: ref }] }),
      'DiagnosticReport',
    ],
    [(ref: string) => ({ status: 'completed', basedOn: [{ reference: ref }] }), 'Communication'],
  ] as const) {
    const what = (ref: string): Ask => ({
      method: 'POST',
      path: `/${type}`,
      body: { resourceType: type, ...build(ref) },
    });
    const answer = await ask(what(foreign.request));
    const absent = await ask(what(`ServiceRequest/${NOBODY}`));
    claim(
      answer.status === 422 && plain(answer, foreign.request) === plain(absent, `ServiceRequest/${NOBODY}`),
      what(foreign.request),
      answer,
    );
  }
}
