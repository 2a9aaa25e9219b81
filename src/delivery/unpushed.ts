import type { PushNever, StandingThere } from './ehr/outcome.ts';

/**
 * What an organisation has to know of a report that could not be brought into its own FHIR server, and to do about it.
 * @param report `DiagnosticReport/x`, as it is called here
 * @param again how it is sent once more
 */
export function describeUnpushed(report: string, { reason, trouble }: PushNever, again: string): string {
  switch (trouble?.kind) {
    case undefined:
      return `${report} could not be written into your own FHIR server (${reason}). What stands there of it from before, if anything, does not say what it says now. Mend that and ${again}.`;
    case 'unfiled':
      return `${report} was issued, but no letter and signed document of it could be made for an hour (${reason}), so that it was not written into your own FHIR server. The trouble is this server's or the programme's; nothing is wrong with your connection. Read the report here, and let the programme and the operator of this server know. Once GET /fhir/${report}/$document answers 200, ${again}.`;
    case 'outdated':
      return `${report} was changed by the programme, and your own FHIR server cannot change what stands there (${reason}). ${list(trouble.standing)} still ${says(trouble.standing)} what the report said before. Replace that by hand with what ${report} says now, or mark it as superseded. Where updates are possible by then, ${again}.`;
    case 'withdrawn':
      return `${report} was withdrawn by the programme: it was issued in error, nobody may act on it. That could not be said in your own FHIR server (${reason}). ${list(trouble.standing)} may still look as if it held. Mark it by hand as entered-in-error. Where updates are possible by then, ${again}.`;
  }
}

function says(standing: readonly StandingThere[]): string {
  return standing.length === 1 ? 'says' : 'say';
}

/** Each by its name there, as far as it is known, and by the identifier under which it was written. */
function list(standing: readonly StandingThere[]): string {
  return standing
    .map(({ type, key, theirs }) => {
      const name = theirs ?? (key === undefined ? `Each signed document (${type})` : type);
      return key === undefined ? name : `${name} (identifier ${key.system}|${key.value})`;
    })
    .join(' and ');
}
