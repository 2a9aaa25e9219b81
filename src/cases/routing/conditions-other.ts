import type { ConditionGroup } from './condition-group.ts';

/** All that is no cancer. What stands nowhere here (symptoms, injuries, habits) goes to the coordinator. */
export const OTHERS: readonly ConditionGroup[] = [
  {
    // Clinical hematology; Pediatric hematology
    specialty: '394803006',
    children: '418652005',
    icd10: 'D50-D77, E85',
    snomed: [
      '271737000 |Anemia|',
      '306058006 |Aplastic anemia|',
      '40108008 |Thalassemia|',
      '417357006 |Sickling disorder due to hemoglobin S|',
      '90935002 |Hemophilia|',
      '32273002 |Idiopathic thrombocytopenic purpura|',
      '17602002 |Amyloidosis|',
    ],
  },
  {
    // Clinical immunology; Pediatric immunology
    specialty: '408480009',
    children: '418535003',
    icd10: 'D80-D89',
    snomed: ['23238000 |Common variable agammaglobulinemia|', '31323000 |Severe combined immunodeficiency disease|'],
  },
  {
    // Infectious diseases; Pediatric infectious diseases
    specialty: '394807007',
    children: '418862001',
    icd10: 'A00-B99',
    snomed: ['86406008 |Human immunodeficiency virus infection|', '56717001 |Tuberculosis|'],
  },
  {
    // Endocrinology; Pediatric endocrinology
    specialty: '394583002',
    children: '419610006',
    icd10: 'D35.2, D44, E00-E90, M80-M85',
    snomed: [
      '73211009 |Diabetes mellitus|',
      '46635009 |Diabetes mellitus type 1|',
      '44054006 |Diabetes mellitus type 2|',
      '15777000 |Prediabetes|',
      '34486009 |Hyperthyroidism|',
      '353295004 |Toxic diffuse goiter|',
      '40930008 |Hypothyroidism|',
      '47270006 |Hypercortisolism|',
      '363732003 |Addison disease|',
      '74107003 |Acromegaly|',
      '66999008 |Hyperparathyroidism|',
      '254956000 |Pituitary adenoma|',
      '64859006 |Osteoporosis|',
      '55822004 |Hyperlipidemia|',
      '162864005 |Body mass index 30+ - obesity|',
    ],
  },
  {
    // Clinical genetics: inborn errors and malformations without a specialty of their own
    specialty: '394580004',
    icd10: 'E70-E77, Q00-Q99',
    snomed: ['190794006 |Gaucher disease|', '19346006 |Marfan syndrome|'],
  },
  {
    // Psychiatry; Pediatric (Child and adolescent) psychiatry
    specialty: '394587001',
    children: '394588006',
    icd10: 'F00-F99',
    snomed: [
      '35489007 |Depressive disorder|',
      '370143000 |Major depressive disorder|',
      '58214004 |Schizophrenia|',
      '13746004 |Bipolar disorder|',
      '191736004 |Obsessive-compulsive disorder|',
    ],
  },
  {
    // Neurology; Pediatric neurology
    specialty: '394591006',
    children: '394538003',
    icd10: 'F00-F03, G00-G99, I60-I69',
    snomed: [
      '24700007 |Multiple sclerosis|',
      '49049000 |Parkinson disease|',
      '26929004 |Alzheimer disease|',
      '84757009 |Epilepsy|',
      '86044005 |Amyotrophic lateral sclerosis|',
      '91637004 |Myasthenia gravis|',
      '37796009 |Migraine|',
      '230690007 |Cerebrovascular accident|',
      '58756001 |Huntington chorea|',
    ],
  },
  {
    // Neurosurgery
    specialty: '394610002',
    icd10: 'G91, I60-I62, I67.1, Q00-Q07',
    snomed: [
      '128608001 |Cerebral arterial aneurysm|',
      '234142008 |Cerebral arteriovenous malformation|',
      '230745008 |Hydrocephalus|',
    ],
  },
  {
    // Pain management
    specialty: '394882004',
    icd10: 'G89, R52',
    snomed: ['82423001 |Chronic pain|'],
  },
  {
    // Ophthalmology; Pediatric ophthalmology
    specialty: '394594003',
    children: '419983000',
    icd10: 'H00-H59',
    snomed: [
      '193570009 |Cataract|',
      '23986001 |Glaucoma|',
      '267718000 |Age-related macular degeneration|',
      '4855003 |Retinopathy due to diabetes mellitus|',
      '28835009 |Retinitis pigmentosa|',
      '42059000 |Retinal detachment|',
    ],
  },
  {
    // Otolaryngology
    specialty: '418960008',
    icd10: 'H60-H95, J00-J06, J30-J39',
    snomed: [
      '36971009 |Sinusitis|',
      '40055000 |Chronic sinusitis|',
      '444814009 |Viral sinusitis|',
      '195662009 |Acute viral pharyngitis|',
      '15188001 |Hearing loss|',
    ],
  },
  {
    // Cardiology; Pediatric cardiology
    specialty: '394579002',
    children: '408459003',
    icd10: 'I00-I99, Q20-Q28',
    snomed: [
      '38341003 |Hypertensive disorder|',
      '59621000 |Essential hypertension|',
      '84114007 |Heart failure|',
      '88805009 |Chronic congestive heart failure|',
      '53741008 |Coronary arteriosclerosis|',
      '414545008 |Ischemic heart disease|',
      '49436004 |Atrial fibrillation|',
      '85898001 |Cardiomyopathy|',
      '233873004 |Hypertrophic cardiomyopathy|',
      '60573004 |Aortic valve stenosis|',
      '48724000 |Mitral valve regurgitation|',
      '13213009 |Congenital heart disease|',
    ],
  },
  {
    // Surgery-Vascular
    specialty: '408463005',
    icd10: 'I70-I89',
    snomed: ['233985008 |Abdominal aortic aneurysm|', '399957001 |Peripheral arterial occlusive disease|'],
  },
  {
    // Pulmonary medicine; Pediatric pulmonology
    specialty: '418112009',
    children: '419170002',
    icd10: 'D86, E84, I26-I28, J00-J99',
    snomed: [
      '10509002 |Acute bronchitis|',
      '195967001 |Asthma|',
      '13645005 |Chronic obstructive lung disease|',
      '12295008 |Bronchiectasis|',
      '51615001 |Fibrosis of lung|',
      '700250006 |Idiopathic pulmonary fibrosis|',
      '233703007 |Interstitial lung disease|',
      '190905008 |Cystic fibrosis|',
      '70995007 |Pulmonary hypertension|',
      '31541009 |Sarcoidosis|',
    ],
  },
  {
    // Surgery-Dental-Oral and maxillofacial surgery
    specialty: '408465003',
    icd10: 'K00-K14',
    snomed: ['196416002 |Impacted molars|'],
  },
  {
    // Gastroenterology; Pediatric gastroenterology
    specialty: '394584008',
    children: '418058008',
    icd10: 'D12, K20-K93',
    snomed: [
      '34000006 |Crohn disease|',
      '64766004 |Ulcerative colitis|',
      '24526004 |Inflammatory bowel disease|',
      '396331005 |Celiac disease|',
      '68496003 |Polyp of colon|',
      '713197008 |Recurrent rectal polyp|',
      '235494005 |Chronic pancreatitis|',
      '302914006 |Barrett esophagus|',
      '235595009 |Gastroesophageal reflux disease|',
    ],
  },
  {
    // Surgery-general; Pediatric surgery
    specialty: '394609007',
    children: '394539006',
    icd10: 'K35-K38, K40-K46',
    snomed: ['74400008 |Appendicitis|', '396232000 |Inguinal hernia|'],
  },
  {
    // Hepatology; Pediatric gastroenterology
    specialty: '408472002',
    children: '418058008',
    icd10: 'B15-B19, K70-K77',
    snomed: [
      '19943007 |Cirrhosis of liver|',
      '61977001 |Chronic type B viral hepatitis|',
      '128302006 |Chronic hepatitis C|',
      '408335007 |Autoimmune hepatitis|',
      '31712002 |Primary biliary cholangitis|',
      '197441003 |Primary sclerosing cholangitis|',
      '88518009 |Wilson disease|',
    ],
  },
  {
    // Surgery-Hepatobiliary and pancreatic surgery
    specialty: '408474001',
    icd10: 'K80-K83',
    snomed: ['266474003 |Calculus in biliary tract|'],
  },
  {
    // Dermatology
    specialty: '394582007',
    icd10: 'L00-L99, Q80-Q82',
    snomed: ['9014002 |Psoriasis|', '24079001 |Atopic dermatitis|'],
  },
  {
    // Rheumatology; Pediatric rheumatology
    specialty: '394810000',
    children: '419472004',
    icd10: 'M05-M14, M1A, M30-M36, M45',
    snomed: [
      '69896004 |Rheumatoid arthritis|',
      '55464009 |Systemic lupus erythematosus|',
      '9631008 |Ankylosing spondylitis|',
      '33339001 |Psoriasis with arthropathy|',
      '89155008 |Systemic sclerosis|',
      '83901003 |Sjögren syndrome|',
      '195353004 |Granulomatosis with polyangiitis|',
      '90560007 |Gout|',
    ],
  },
  {
    // Surgery-Trauma and orthopedics
    specialty: '394801008',
    icd10: 'M00-M03, M15-M25, M40-M79, M86-M99, Q65-Q79, S40-S99',
    snomed: [
      '396275006 |Osteoarthritis|',
      '239873007 |Osteoarthritis of knee|',
      '239872002 |Osteoarthritis of hip|',
      '76107001 |Spinal stenosis|',
      '298382003 |Scoliosis deformity of spine|',
      '284549007 |Laceration of hand|',
      '283371005 |Laceration of forearm|',
    ],
  },
  {
    // Surgery-Plastic surgery
    specialty: '394611003',
    icd10: 'Q35-Q37, T20-T32',
    snomed: ['80281008 |Cleft lip|', '87979003 |Cleft palate|'],
  },
  {
    // Nephrology; Pediatric nephrology
    specialty: '394589003',
    children: '419365004',
    icd10: 'N00-N19, N25-N29',
    snomed: [
      '709044004 |Chronic kidney disease|',
      '46177005 |End-stage renal disease|',
      '36171008 |Glomerulonephritis|',
      '236407003 |Immunoglobulin A nephropathy|',
      '52254009 |Nephrotic syndrome|',
      '765330003 |Autosomal dominant polycystic kidney disease|',
    ],
  },
  {
    // Urology
    specialty: '394612005',
    icd10: 'N20-N23, N30-N51, Q60-Q64',
    snomed: [
      '266569009 |Benign prostatic hyperplasia|',
      '95570007 |Kidney stone|',
      '197927001 |Recurrent urinary tract infection|',
    ],
  },
  {
    // Surgery-Breast surgery
    specialty: '408469009',
    icd10: 'D24, N60-N64',
    snomed: ['254845004 |Fibroadenoma of breast|'],
  },
  {
    // Gynecology
    specialty: '394586005',
    icd10: 'D25-D28, N70-N98',
    snomed: ['129103003 |Endometriosis|', '95315005 |Uterine leiomyoma|', '69878008 |Polycystic ovary|'],
  },
  {
    // Obstetrics and gynecology
    specialty: '394585009',
    icd10: 'O00-O99',
    snomed: ['398254007 |Pre-eclampsia|'],
  },
  {
    // Surgery-Transplantation surgery
    specialty: '408477008',
    icd10: 'T86, Z94',
    snomed: ['213148006 |Transplanted organ rejection|'],
  },
];
