"""A scene with one patient in it: somebody, and what happens to nobody but a patient.

The parts are put together by grammar, not listed as sentences: who, then an event, or the doctor's deed and
whom it was done to. Each pattern is read in small letters.
"""

import regex

from portal.checks.alternatives import Alternatives

PERSON = (
    r"(?:patients?(?<!s)|pt|lady|gentleman|man|woman|boy|girl|baby|babies(?<!s)|infant|toddler|newborn"
    r"|preemie|child|kid|kiddo|lad"
    r"|lass|chap|guy|gal|fellow|mum|mom|mother|dad|father|gran|grandma|grandmother|grandad|grandpa"
    r"|grandfather"
    r"|granny|nan|teen|teenager|youngster|student|farmer|labou?rer|driver|soldier|teacher|nurse|colleague"
    r"|uncle|aunty|auntie|aunties(?<!s)|wife|husband|son|daughter|sister|brother|neighbou?r|friend|twins?"
    r"|bride|groom"
    r"|athlete|runner|smoker|diabetic|year[- ]old|yr[- ]old|y/o|yo|legend|fighter|warrior|survivor|soul)"
)
# Whom the doctor sees as a doctor; teachers, friends and brothers one meets as well.
STRANGER = (
    r"(?:patient|pt|lady|gentleman|man|woman|boy|girl|baby|infant|toddler|newborn|preemie|child|kid|kiddo|lad"
    r"|lass|chap|guy|gal|fellow|mum|mom|gran|grandma|grandmother|grandad|grandpa|grandfather|granny|teen"
    r"|teenager"
    r"|youngster|farmer|labou?rer|year[- ]old|yr[- ]old|y/o|yo)"
)
# "My father" is the doctor's own.
SOMEBODY = (
    rf"(?:(?:a|an|this|that|one|the|another) (?:[\p{{L}}\d/-]+ ){{0,4}}?{PERSON}"
    rf"|(?:my|our) (?:[\p{{L}}\d/-]+ ){{0,4}}?{STRANGER})"
)
# "This lady", "she": said of one already.
TITLED = r"(?:mrs?|ms|miss|smt|shri|shrimati|master|baby|little)\.? (?:\p{L}\.? ?)?\p{L}+"
NAMED_BEFORE = rf"(?:he|she|{TITLED}|{SOMEBODY})"
IN_US = (
    r"(?:us|me|(?:our|my|the) (?:\p{L}+ )?(?:opd|icu|nicu|er|ed|casualty|a&e|ward|clinic|room|office"
    r"|practice|cath lab|surgery|emergency|door|desk|unit|theatre|ot|or))"
)
# What is said of one who is ill, of something that is over or going on now: habits and advice pass.
HAPPENS = (
    r"(?:(?:was|is being|being|got|had been|has been|has just been|was just) (?:\p{L}+ly )?(?:brought"
    r"|wheeled|rushed|carried|flown|airlifted|stretchered"
    r"|transferred|shifted|referred|admitted|diagnosed|discharged|intubated|ventilated|extubated"
    r"|transfused|operated|revived|resuscitated"
    r"|told (?:that|it|the|he|she|they)|given (?:the all[- ]clear|\p{L}+ (?:weeks|months) to live)"
    r"|sent home|sent to us|in labou?r)"
    r"|(?:came|walked|limped|hobbled|staggered|stumbled|crawled|turned up|showed up|arrived|landed"
    r"|presented|returned|reported)"
    r" (?:\p{L}+ )?(?:in\b|back in|blue|breathless|gasping|unconscious|limping|bleeding|for (?:an?|his"
    rf"|her) |with (?:an?|the|severe|sudden|acute|chest|crushing|terrible|no|his|her)|at {IN_US}|to {IN_US}"
    rf"|to see {IN_US}|into {IN_US}|after (?:a|an|his|her))"
    r"|(?:collapsed|coded|arrested|flatlined|crashed|deteriorated|passed away|died|went home|walked (?:out"
    r"|home)|goes home|is (?:doing|feeling|getting|looking|much|now|so much) (?:\p{L}+ )?(?:well|better"
    r"|great|fine|good|stronger)|['’]s in (?:surgery|theatre|recovery|icu|the cath lab)"
    r"|is (?:back )?(?:home|in surgery|in theatre|in icu|recovering|stable|pink|awake|off the ventilator)"
    r"|rang the bell|pulled through|gave birth|delivered (?:a|her|twins)|underwent|is undergoing"
    r"|nearly (?:died|didn't|did not|lost))"
    r"|(?:had|has had|just had|needed|lost|broke|survived|suffered|got) (?:an?|his|her|their|two|three"
    r"|\d) (?:[\p{L}-]+ ){0,3}?(?:stroke|heart attack|seizure|fit|fall|bleed|arrest|transplant"
    r"|bypass|stents?|pacemaker|angioplasty|operation|surgery|replacement|amputation|biopsy|scan"
    r"|mastectomy|c-section|caesarean|leg|foot|arm|hand|eye|sight|baby|pregnancy|hip|wrist)"
    r"|(?:texted|messaged|phoned|rang|hugged|thanked|told|asked|handed|brought) (?:me|us)\b"
    r")"
)
BY_SCENE = Alternatives(
    rf"\b{NAMED_BEFORE},?(?: (?!if\b|should\b|may\b|can\b|who is\b"
    rf"|might\b)[\p{{L}}\d'’,&/-]+){{0,8}}? {HAPPENS}\b"
)
# "My oldest asthma patient", "our bravest little patient": one of the doctor's own, whatever follows.
OWN_PATIENT = regex.compile(
    r"\b(?:my|our|this|his|her|dr \p{L}+'s) (?!(?:new|typical|single|average|ideal|potential|nhs|every"
    r"|each|first|next)\b)"
    r"(?:[\p{L}\d-]+ ){0,3}?(?:patient|pt)\b(?!['’-]|s\b| (?:portal|participation|education|information|group"
    r"|leaflets?|lists?|care|safety|support|experience|feedback|app|forum|rights|charter|surveys?"
    r"|transport|numbers"
    r"|base|population|centre|center|community|satisfaction|advoca\p{L}+|stor(?:y|ies)|days?|week|records?"
    r"|journey|line"
    r"|flow|load|reviews?|testimonials?|appointment\p{L}*|services?|liaison|coordinator|referral\p{L}*"
    r"|panel|council|choice|visits?|education\p{L}*))"
)
# "Came with three weeks of cough": whoever the subject is, illness was brought to a doctor.
CAME_WITH = regex.compile(
    r"\b(?:came|presented|was brought|turned up|walked in|showed up) (?:to (?:us|me"
    r"|our \p{L}+) )?(?:only )?(?:with|complaining of|for) (?:only )?(?:an? (?:\p{L}+ )?(?:fever|cough"
    r"|lump|swelling|rash|headache|pain|mass|cyst|bleed|stone|wound|ulcer|history|blood pressure|sugar"
    r"|heart rate|pulse|limp|broken|fracture)"
    r"|(?:\d+|one|two|three|four|five|six|several|many) (?:days?|weeks?|months?|years?)|(?:fever|cough"
    r"|breathlessness|jaw pain|chest pain|pain|vomiting|bleeding|weakness|palpitations|seizures|swelling"
    r"|jaundice|headaches?))\b"
)
# "Saw a chap last Tuesday": the doctor leaves out the "I".
WITHOUT_I = Alternatives(
    r"(?:^|(?<=[.!?\n] ?))(?:just |finally )?(?:saw|met|treated|admitted|operated on|delivered|diagnosed"
    r"|scanned"
    rf"|stented|caught|lost|saved|discharged) (?:an?|this|my|one) (?:[\p{{L}}\d/-]+ ){{0,4}}?{STRANGER}\b"
)
# What the doctor did, and to whom.
DEED = Alternatives(
    r"\b(?:i|we|my team|our team|the team|our (?:cath lab|surgeons?|icu) team)(?:['’]ve| have"
    r"| had)?(?: just| today| finally| recently| also)?"
    r" (?:saw|met|treated|admitted|diagnosed|discharged|delivered|examined|reviewed|scanned|revived"
    r"|resuscitated|intubated|lost|saved|told|stented|ablated"
    r"|operated on|visited|looked after|cared for|sent home) (?:an?|this|my|one|our|the|him"
    rf"|her)\b(?: (?:[\p{{L}}\d/-]+ ){{0,4}}?{STRANGER}\b|(?= (?:yesterday|last|on|this|at|in|today|home)\b))"
    r"|\b(?:i|we) (?:had to|have to|finally) (?:tell|break it to|say goodbye to|let) (?:him|her)\b"
    r"|\b(?:house call|home visit) (?:on|to|for) (?:an?|my|our|this|one)\b"
    r"|\bhad to tell (?:an?|my|this|her|him|\p{Lu})"
    rf"|\b(?:meet|remember) (?:this|our|my) (?:[\p{{L}}\d-]+ ){{0,3}}?{STRANGER}\b"
)
WHO_IN_HINDI = (
    r"(?:mareez|mariz|patient|pt|aadmi|aurat|mahila|bachche?|bachchi|baccha|bacchi|ladk[aie]|buzurg|dadi"
    r"|dada|aaji|ajoba|kaka|kaki|mausi|chacha|chachi"
    r"|amma|aunty|auntie|uncle|chacha ji|behen|bhai|bhau|tai|maa|beti|kisan|baba)"
)
IN_HINDI = Alternatives(
    r"\b(?:ek|is|iss|us|hamare|hamari|mere|meri|kal|aaj|saal ki|saal ke"
    rf"|saal ka) (?:[\p{{L}}\d]+ ){{0,3}}?{WHO_IN_HINDI}\b(?!on\b)[^.!?।\n]{{0,40}}?\b"
    r"(?:le aay[aie]|aay[aie]|aa[ey]? th[aei]|lay[aie] (?:gay[aie]|th[ae])|la[ye]e|bharti|admit"
    r"|bach (?:gay[aie]|gay)|ghar (?:gay[aie]|chal[aei])|ka (?:operation|bypass|ilaa?j|pacemaker"
    r"|angioplasty|delivery)"
    r"|ki (?:surgery|angioplasty|delivery|jaan|maut)|lagaya|nikaal[ai]|guzar gay[aie])\b"
    r"|(?<![\p{L}\p{M}])(?:एक|इस|हमारे|हमारी|मेरे|मेरी|साल (?:की|के"
    r"|का)) (?:[\p{L}\p{M}\d]+ ){0,3}?(?:मरीज़?|महिला|आदमी|बच्च[ाीे]|लड़क[ाीे]|बुज़ुर्ग|बुजुर्ग|दादी|दादा"
    r"|व्यक्ति|युवक|युवती|औरत|किसान)"
    r"(?![\p{L}\p{M}])[^.!?।\n]{0,40}?(?:आए|आया|आयी|आई|लाए|लाया|लायी|लाई|भर्ती|बच ग|ऑपरेशन|सर्जरी|जान"
    r"|लगाया|बाईपास|एंजियोप्लास्टी)"
)
# "Has cancer", "beat leukaemia", "her diabetes", "the lump is cancer": close to a name, it is that one's.
CONDITION = (
    r"(?:cancer|tumou?r|lymphoma|leuk(?:a)?emia|melanoma|myeloma|sarcoma|diabetes|stroke|heart attack"
    r"|epilepsy|asthma|dementia|alzheimer's|parkinson's|hiv|tb|tuberculosis|depression"
    r"|anxiety|bipolar|schizophrenia|psychosis|addiction|copd|heart failure|kidney failure|cirrhosis"
    r"|hepatitis|sepsis|meningitis|miscarriage|pregnancy|malignant|benign|psoriasis|vitiligo"
    r"|eczema|acne|lupus|arthritis|ms|als|pcos|endometriosis|infertility|piles|hernia|appendicitis"
    r"|pneumonia|covid|dengue|malaria|typhoid|jaundice|anaemia|anemia|blockages?)"
)
IS_ILL = Alternatives(
    r"\b(?:has|had|is|was|beat|beats|beating|fought|fighting|battling|battled|survived|surviving|his|her"
    r"|lost (?:his|her) (?:battle|fight) (?:with|to|against)|lives with|living with|diagnosed with)"
    rf" (?:(?!about|for|a talk\b|talking\b)[\p{{L}}-]+ ){{0,3}}?{CONDITION}\b"
    r"|\b(?:wheeled in|carried in|rushed in|no pulse|cpr|blood pressure (?:of|was)|pulse (?:of|was)"
    r"|saturation (?:of|was)|ejection fraction|blocked arter(?:y|ies)|stents?|off (?:oxygen|the ventilator"
    r"|insulin|dialysis)"
    r"|the (?:lump|biopsy|scan|mri|ct|smear|report) (?:is|was|came|shows?|showed)|walking (?:again"
    r"|unaided)|breathless|unconscious|in (?:labou?r|remission|recovery)|last wish|lost (?:his|her) (?:leg"
    r"|eye|baby|sight)|hip fracture|broke (?:his|her))\b"
)

# "Blood needed for a patient", "patient ke liye cylinder chahiye": asked for on behalf of one.
ASKED_FOR = regex.compile(
    r"\b(?:chahiye|needed|required|wanted|urgent(?:ly)?|madad|bed nahi|can anyone|could anyone|can someone"
    r"|could someone|please deliver)\b[^.!?\n]{0,60}\b(?:patient|mareez|mariz|this (?:lady|gentleman|man"
    r"|woman|boy|girl|child))\b(?!['’-]?s)"
    r"|\b(?:patient|mareez|mariz) (?:ke liye|ke papa|ke bete|ki beti|ki maa|ke pita|ke ghar|hai\b"
    r"|icu)[^.!?\n]{0,60}\b(?:chahiye|needed|required|madad|call|contact|number|no\b|deliver)"
    r"|\b(?:ring|call|contact|visit|help|reach|see|drive|collect) this (?:lady|gentleman|man|woman|boy"
    r"|girl|child|patient|mum|mother|chap|family)\b"
)
IN_SMALL = (BY_SCENE, WITHOUT_I, ASKED_FOR, OWN_PATIENT, CAME_WITH, DEED, IN_HINDI)
