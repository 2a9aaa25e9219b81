import { englishName } from './english-name.ts';
import { buildCodeSystem } from './code-system.ts';
import type { CodeSystemTable } from './code-system.ts';

/** ISO 4217, with those that were withdrawn since 2016: bills of that time are still about. */
const CURRENCIES =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BYR BZD CAD ' +
  'CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP ' +
  'GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK ' +
  'LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR ' +
  'PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP ' +
  'SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VEF VES VND VUV WST XAF XAG XAU XBA ' +
  'XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG ZWL';

/** The code system `urn:iso:std:iso:4217` (http://hl7.org/fhir/R4/valueset-currencies.html). Names are not ISO's own. */
export function buildCurrencies(url: string): CodeSystemTable {
  const concepts = CURRENCIES.split(' ').map((code) => [code, englishName('currency', code) ?? ''] as const);
  return { ...buildCodeSystem(url, { name: 'ISO4217', concepts }), ownsDisplays: false };
}
