import type { Issue } from '../../base/index.ts';
import { suggest } from '../../base/index.ts';
import type { Service } from '../catalogue.ts';
import { SERVICES } from '../catalogue.ts';
import type { Path } from './mistakes.ts';
import { mistake } from './mistakes.ts';
import type { ServiceRules } from './rules.ts';
import type { RulesSketch, Sketch } from './sketch.ts';
import { isWhole, known, placed } from './sketch.ts';

type ServiceSketch = Sketch<ServiceRules>;

/** By their codes; undefined where not all codes are known. */
type Offered = ReadonlyMap<string, ServiceSketch> | undefined;

/** What services say of each other, of themselves, and what the rest of the file says of them. */
export function checkServices({ services, packet }: RulesSketch): Issue[] {
  const offered = offeredIn(services);
  const own = placed(services).flatMap(([at, service]) => checkService(service, ['services', at], offered));
  const isAnyAlone = known(services).some((one) => isAlone(one) !== false);
  const named = placed(packet).flatMap(([at, rule]) =>
    checkOffered(rule.services, ['packet', at, 'services'], offered),
  );
  return [
    ...own,
    ...(services === undefined || services.length === 0 || isAnyAlone ? [] : [mistake(['services'], NONE_ALONE)]),
    ...named,
  ];
}

const NONE_ALONE = 'No service stands alone, so that no case can begin. Offer one with "alone": true.';

function offeredIn(services: RulesSketch['services']): Offered {
  const codes = services?.map((service) => service?.code);
  if (codes === undefined || codes.length === 0 || !isWhole(codes)) return undefined;
  return new Map(known(services).map((service) => [service.code!, service]));
}

/** A service whose other members are wrong is alone or not as the catalogue has it. */
function isAlone({ alone, code }: ServiceSketch): boolean | undefined {
  return alone ?? inCatalogue(code)?.alone;
}

function inCatalogue(code: string | undefined): Service | undefined {
  return SERVICES.find((service) => service.code === code);
}

function checkService(service: ServiceSketch, path: Path, offered: Offered): Issue[] {
  const { code, addOnTo, turnaround, price, team, reviewers } = service;
  const issues = checkOffered(addOnTo, [...path, 'addOnTo'], offered);
  const say = (member: string, text: string): void => void issues.push(mistake([...path, member], text));
  const alone = isAlone(service);
  for (const [at, base] of placed(addOnTo)) {
    const place = [...path, 'addOnTo', at];
    const standing = offered?.get(base);
    if (base === code) issues.push(mistake(place, 'A service is no add-on to itself. Remove it.'));
    else if (standing !== undefined && isAlone(standing) === false) {
      issues.push(mistake(place, `${base} is an add-on itself. Name a service that stands alone.`));
    }
  }
  if (alone === true && inCatalogue(code)?.alone === false) {
    say(
      'alone',
      `${code!} is an add-on in every programme. Remove the member, and name in addOnTo what it is added to.`,
    );
  }
  if (addOnTo?.length === 0) {
    if (alone === false)
      say('addOnTo', 'A service that does not stand alone is added to others. Name their codes here.');
    if (service.afterReport === true) {
      say(
        'afterReport',
        'Only an add-on comes after a report. Name in addOnTo whose report it is, or remove the member.',
      );
    }
  }
  const { least, amount } = turnaround ?? {};
  if (least !== undefined && amount !== undefined && least >= amount) {
    issues.push(
      mistake(
        [...path, 'turnaround', 'least'],
        `At least ${least} has to be less than the amount, which is ${amount}. Lower it, or remove the member.`,
      ),
    );
  }
  const { low, high } = price ?? {};
  if (low !== undefined && high !== undefined && low > high) {
    issues.push(
      mistake([...path, 'price', 'low'], `The price begins at ${low} and ends at ${high}. Write the lower one as low.`),
    );
  }
  if (team === true && reviewers !== undefined && reviewers < 2) {
    say('reviewers', `A team has 2 reviewers or more, not ${reviewers}. Raise it, or remove "team".`);
  }
  return issues;
}

/** Codes of services that the programme has to offer itself. */
function checkOffered(codes: readonly (string | undefined)[] | undefined, path: Path, offered: Offered): Issue[] {
  return placed(codes).flatMap(([at, code]) =>
    offered?.has(code) !== false
      ? []
      : [
          mistake(
            [...path, at],
            `The programme does not offer ${code}.${suggest(code, offered.keys())} Add it to services, or remove it here.`,
          ),
        ],
  );
}
