import { suggest } from '../../base/index.ts';

/** Large cities after which no time zone is named, with the one in which they lie. */
const ZONES: Readonly<Record<string, string>> = {
  Abu_Dhabi: 'Asia/Dubai',
  Barcelona: 'Europe/Madrid',
  Beijing: 'Asia/Shanghai',
  Boston: 'America/New_York',
  Cologne: 'Europe/Berlin',
  Da_Nang: 'Asia/Ho_Chi_Minh',
  Delhi: 'Asia/Kolkata',
  Frankfurt: 'Europe/Berlin',
  Geneva: 'Europe/Zurich',
  Guangzhou: 'Asia/Shanghai',
  Hamburg: 'Europe/Berlin',
  Hanoi: 'Asia/Ho_Chi_Minh',
  Houston: 'America/Chicago',
  Islamabad: 'Asia/Karachi',
  Miami: 'America/New_York',
  Milan: 'Europe/Rome',
  Mumbai: 'Asia/Kolkata',
  Munich: 'Europe/Berlin',
  New_Delhi: 'Asia/Kolkata',
  Osaka: 'Asia/Tokyo',
  Philadelphia: 'America/New_York',
  San_Francisco: 'America/Los_Angeles',
  Shenzhen: 'Asia/Shanghai',
  Washington: 'America/New_York',
  Wuhan: 'Asia/Shanghai',
};

/** ` Did you mean Asia/Shanghai?`: the zone of the city that is named, else those of a name that is near; else nothing. */
export function suggestZone(name: string): string {
  const city = plain(name.slice(name.lastIndexOf('/') + 1));
  const known = Object.keys(ZONES).find((one) => plain(one) === city);
  return known === undefined ? suggest(name, Intl.supportedValuesOf('timeZone')) : ` Did you mean ${ZONES[known]!}?`;
}

function plain(city: string): string {
  return city.replace(/[\s_-]/g, '').toLowerCase();
}
