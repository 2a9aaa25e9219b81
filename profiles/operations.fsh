Instance: case-everything
InstanceOf: OperationDefinition
Usage: #definition
Title: "Everything of a case"
Description: "The whole record of the case that a ServiceRequest opened."
* url = "https://consilium.example/fhir/OperationDefinition/case-everything"
* version = "0.1.0"
* name = "CaseEverything"
* title = "Everything of a case"
* status = #active
* experimental = false
* kind = #operation
* date = "2026-11-22"
* publisher = "Consilium"
* description = "Gives all records of a second-opinion case in one Bundle: the request first, then what it names, followed to the references' end but never to other records of the patient, and all that its parties made on the case. Both parties are given the same. What everybody may see comes along where these records refer to it. Large records come in pages, by next links."
* affectsState = false
* code = #everything
* resource[0] = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[0].name = #_since
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "Only records that were changed at this moment or later."
* parameter[0].type = #instant
* parameter[1].name = #_type
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "*"
* parameter[1].documentation = "Only records of these types."
* parameter[1].type = #code
* parameter[2].name = #_count
* parameter[2].use = #in
* parameter[2].min = 0
* parameter[2].max = "1"
* parameter[2].documentation = "Records on a page, 1000 at most."
* parameter[2].type = #integer
* parameter[3].name = #return
* parameter[3].use = #out
* parameter[3].min = 1
* parameter[3].max = "1"
* parameter[3].documentation = "A searchset. Entries of mode match are records of the case, those of mode include come along."
* parameter[3].type = #Bundle
