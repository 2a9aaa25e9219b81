/**
 * Specialties that may stand in for a narrower one (SNOMED CT codes): a case for the first is also in the hands of the
 * others. Whoever has the specialty itself comes first.
 */
const STAND_IN: ReadonlyMap<string, readonly string[]> = new Map([
  // Medical oncology, Clinical oncology
  ['394593009', ['394592004']],
  ['394592004', ['394593009']],
  // Radiation oncology: Clinical oncology
  ['419815003', ['394592004']],
  // Gynecological and Urological oncology: the oncologists, and the specialty of the organ
  ['408446006', ['394593009', '394592004', '394586005', '394585009']],
  ['419043006', ['394593009', '394592004', '394612005']],
  // Hematopathology, Neuropathology: pathology
  ['394916005', ['394915009', '394597005']],
  ['394599008', ['394915009', '394597005']],
  ['394915009', ['394597005']],
  ['394597005', ['394915009']],
  // Radiology-Interventional radiology
  ['408455009', ['394914008']],
  // Pulmonary medicine, Thoracic medicine
  ['418112009', ['394590007']],
  ['394590007', ['418112009']],
  // Otolaryngology, Surgery-Ear, nose and throat surgery
  ['418960008', ['394604002']],
  ['394604002', ['418960008']],
  // Gynecology, Obstetrics and gynecology
  ['394586005', ['394585009']],
  ['394585009', ['394586005']],
  // Hepatology, Diabetic medicine
  ['408472002', ['394584008']],
  ['408475000', ['394583002']],
  // Surgery-Colorectal, -Hepatobiliary and pancreatic surgery: Surgery-general
  ['408464004', ['394609007']],
  ['408474001', ['394609007']],
]);

export function isKin(own: string, wanted: string | undefined): boolean {
  return wanted !== undefined && STAND_IN.get(wanted)?.includes(own) === true;
}
