Profile: CasePatient
Parent: Patient
Id: case-patient
Title: "Patient of a case"
Description: "The person whom the opinion is about. The home side makes it, with its own record number and the name as it is to stand in the letter, before or with the request."
* identifier 1..*
* identifier ^short = "The home hospital's own number (type MR); it is shown in the letter"
* name 1..*

Profile: PartnerOrganization
Parent: Organization
Id: partner-organization
Title: "Partner organisation"
Description: "A hospital, programme, insurer or employer that takes part. It makes its own entry in the directory, under the id by which the operator registered it; address and telecom become its letterhead."
* name 1..1

Profile: ReviewerPerson
Parent: Practitioner
Id: reviewer-person
Title: "Reviewing specialist"
Description: "The person who reviews, with credentials that every partner can see. The programme makes it before the specialist reviews cases."
* extension contains ReviewerConflict named conflict 0..* and ReviewerAffiliation named affiliation 0..*
* name 1..*
* qualification 1..*
* qualification ^short = "Credentials, with issuer and the year since when"

Profile: Reviewer
Parent: PractitionerRole
Id: reviewer
Title: "Reviewing specialist in a programme"
Description: "For which programme and in which specialties a specialist reviews. The programme makes it before the specialist reviews cases; a report names it as who answers for it."
* extension contains ReviewerCapacity named capacity 0..1 and ReviewerConflict named conflict 0..* and ReviewerAffiliation named affiliation 0..*
* practitioner 1..1
* organization 1..1
* specialty 1..*
* specialty from Specialties (extensible)
