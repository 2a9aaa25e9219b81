Instance: patient-anh
InstanceOf: CasePatient
Usage: #example
* identifier.type = $v2-0203#MR "Medical record number"
* identifier.system = "https://songxanh.example/patients"
* identifier.value = "SX-0048211"
* name.use = #official
* name.text = "Trần Thị Ánh"
* name.family = "Trần"
* name.given[+] = "Thị"
* name.given[+] = "Ánh"
* gender = #female
* birthDate = "1968-03-14"
* communication.language = $languages#vi "Vietnamese"

Instance: patient-lopez
InstanceOf: CasePatient
Usage: #example
* identifier.value = "4711"
* name.text = "María López Inventada"

Instance: institute-south
InstanceOf: PartnerOrganization
Usage: #example
* active = true
* name = "Institute South"
* telecom.system = #email
* telecom.value = "second.opinion@south.example"
* address.line = "12 Harbour Walk"
* address.city = "Kestrel Bay"

Instance: hospital-north
InstanceOf: PartnerOrganization
Usage: #example
* name = "Hospital North"

Instance: reviewer-halvorsen
InstanceOf: ReviewerPerson
Usage: #example
* extension[conflict].valueReference = Reference(Organization/hospital-north)
* extension[affiliation].valueReference = Reference(Organization/institute-south)
* active = true
* name.text = "Dr Ingrid Halvorsen"
* qualification[+].code.text = "MD, PhD"
* qualification[=].period.start = "2003"
* qualification[=].issuer.display = "University of Kestrel Bay"
* qualification[+].code.text = "Board certified in medical oncology"
* qualification[=].period.start = "2009"

Instance: reviewer-ito
InstanceOf: ReviewerPerson
Usage: #example
* name.family = "Ito"
* qualification.code.text = "Board certified in pathology"

Instance: reviewer-oncology
InstanceOf: Reviewer
Usage: #example
* extension[capacity].valuePositiveInt = 6
* extension[conflict].valueReference = Reference(Practitioner/reviewer-ito)
* extension[affiliation].valueReference = Reference(Organization/institute-south)
* active = true
* practitioner = Reference(Practitioner/reviewer-halvorsen)
* organization = Reference(Organization/institute-south)
* code.text = "Reviewing specialist"
* specialty = $sct#394593009 "Medical oncology"

Instance: reviewer-pathology
InstanceOf: Reviewer
Usage: #example
* practitioner = Reference(Practitioner/reviewer-ito)
* organization = Reference(Organization/institute-south)
* specialty.text = "Gastrointestinal pathology"
