// Search parameters beside those of R4. Their expressions are written in what src/search/expression.ts reads.

RuleSet: SearchBy(code, type)
* status = #active
* date = "2026-11-22"
* publisher = "Consilium"
* code = #{code}
* type = #{type}

Instance: search-case-number
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(case-number, token)
* id = "case-number"
* url = "https://consilium.example/fhir/SearchParameter/case-number"
* name = "CaseNumber"
* description = "The case's number, on the request and on its tasks: the same question to both finds a case by what people quote."
* base[+] = #ServiceRequest
* base[+] = #Task
* expression = "ServiceRequest.identifier.where(system = 'https://consilium.example/fhir/case-number') | Task.groupIdentifier.where(system = 'https://consilium.example/fhir/case-number')"

Instance: ServiceRequest-supporting-info
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(supporting-info, reference)
* url = "https://consilium.example/fhir/SearchParameter/ServiceRequest-supporting-info"
* name = "ServiceRequestSupportingInfo"
* description = "What the packet of a request names: to find the requests that hang on a record, and to bring the packet along with _include."
* base[+] = #ServiceRequest
* expression = "ServiceRequest.supportingInfo"

Instance: ServiceRequest-reason-reference
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(reason-reference, reference)
* url = "https://consilium.example/fhir/SearchParameter/ServiceRequest-reason-reference"
* name = "ServiceRequestReasonReference"
* description = "The condition, observation, report or document for which the opinion is asked."
* base[+] = #ServiceRequest
* target[+] = #Condition
* target[+] = #Observation
* target[+] = #DiagnosticReport
* target[+] = #DocumentReference
* expression = "ServiceRequest.reasonReference"

Instance: ServiceRequest-insurance
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(insurance, reference)
* url = "https://consilium.example/fhir/SearchParameter/ServiceRequest-insurance"
* name = "ServiceRequestInsurance"
* description = "The cover under which the opinion is asked: an insurer finds its cases by insurance:Coverage.payor."
* base[+] = #ServiceRequest
* target[+] = #Coverage
* target[+] = #ClaimResponse
* expression = "ServiceRequest.insurance"

Instance: Task-output
InstanceOf: SearchParameter
Usage: #definition
* insert SearchBy(output, reference)
* url = "https://consilium.example/fhir/SearchParameter/Task-output"
* name = "TaskOutput"
* description = "What a task has given, such as the report: to find the task of a report, and to bring it along with _include."
* base[+] = #Task
* expression = "Task.output.value.ofType(Reference)"
