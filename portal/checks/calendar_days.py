"""Days as people write them: dates, feasts and holidays, weekdays, and days counted from today."""

import regex

from portal.checks.alternatives import Alternatives

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
MONTH_IN_HINDI = (
    r"(?:जनवरी|फरवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर"
    r"|दिसंबर|दिसम्बर)"
)
FEAST = (
    r"(?:diwali|deepawali|dhanteras|bhai dooj|bhau beej|holi|dhulivandan|rang panchami|eid(?: ul \p{L}+)?"
    r"|bakri eid|bakrid|muharram|dussehra|dasara|vijayadashami|navratri|durga puja|ashtami"
    r"|ganesh chaturthi|anant chaturdashi|onam|pongal|bihu|lohri|ugadi|gudi padwa|vishu|ram navami"
    r"|hanuman jayanti|mahashivratri|maha shivratri|shivratri|akshaya tritiya|buddha purnima"
    r"|guru nanak jayanti"
    r"|raksha bandhan|raksha ?bandhan|rakhi|makar sankranti|sankranti|baisakhi|vaisakhi|janmashtami"
    r"|dahi handi|karva chauth|chhath(?: puja)?|republic day|independence day|gandhi jayanti"
    r"|ambedkar jayanti|maharashtra day"
    r"|children's day|teacher's day|christmas(?: eve| day)?|boxing day|new year(?:'s)?(?: eve| day)?"
    r"|good friday|easter(?: sunday| monday)?|pancake day|shrove tuesday|ash wednesday"
    r"|thanksgiving|halloween|hanukkah|passover|ramadan|ramzan|bonfire night|guy fawkes night"
    r"|remembrance (?:day|sunday)|burns night|st patrick's day|mother's day|mothering sunday|father's day"
    r"|valentine's(?: day)?"
    r"|labou?r day|memorial day|veterans day|columbus day|presidents'? day|martin luther king day|mlk day"
    r"|juneteenth|fourth of july|4th of july|super bowl sunday|election day|april fool'?s'? day"
    r"|black friday"
    r"|may day|(?:the )?(?:\p{L}+ )?bank holiday(?: monday)?|women's day|match day|polling day|results day"
    r"|world cup final)"
)
WEEKDAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
PART = r"(?:morning|afternoon|evening|night|noon|midnight|day|eve|ke din|ki raat|ki subah|ki shaam)"
COUNTED = r"(?:two|three|four|five|six|seven|eight|nine|ten|do|teen|chaar|paanch|[2-9]|1\d)"
DATE = Alternatives(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\b(?:,? \d{{4}})?|\b{MONTH} \d{{1,2}}(?:st|nd|rd"
    rf"|th)?\b(?:,? \d{{4}})?"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
    r"|(?<=\b(?:on|since|dated|dt|from|till|of|did|date:?) )(?:0?[1-9]|1\d|2\d|3[01])/(?:0?[1-9]|1\d|2\d"
    r"|3[01])(?![\d/])"
    r"|\bon the (?:[1-9]|1\d|2\d|3[01])(?:st|nd|rd|th)\b(?! (?:floor|day|attempt|week|month|of every"
    r"|of each|visit|ward))"
    r"|\b(?:yesterday|day before yesterday|the night before last|last night|kal raat|kal|parson|parso)\b"
    r"|(?<![\p{L}\p{M}])(?:कल|परसों)(?![\p{L}\p{M}])"
    r"|\b(?:dob|date of birth|born on)\b\W{0,3}[\w/.-]+"
    rf"|\b(?:on )?the {WEEKDAYS} (?:before|after|of|following) (?:the )?(?:{FEAST}|\p{{L}}+)\b|\b(?:last"
    rf"|past) {WEEKDAYS}\b|\b{WEEKDAYS} last\b|\b{WEEKDAYS} (?:just gone|gone by)\b"
    rf"|\b{COUNTED} (?:days|nights|din) (?:ago|back|pehle)\b"
    # Feasts name a day without "on", too: "Dussehra morning", "the night of Eid".
    rf"|\b{FEAST} {PART}\b|\b(?:on|night of|eve of|morning of|day of|day after|day before|since"
    rf"|during) (?:the )?{FEAST}\b|\b{FEAST} (?:ko|ke din|ki raat|par)\b"
    rf"|\b\d{{1,2}} {MONTH_IN_HINDI}(?: \d{{4}})?(?![\p{{L}}\p{{M}}])"
    r"|(?<![\p{L}\p{M}])(?:दिवाली|दीवाली|होली|ईद|राखी|दशहरे|दशहरा|छठ) (?:की|के|को|पर)(?![\p{L}\p{M}])"
)
WEEKDAY = Alternatives(
    rf"\b{WEEKDAYS} (?:ko|ki subah|ki raat|ke din)\b|\b(?:on|this|late|early|by|on the|that"
    rf"|one) {WEEKDAYS}\b|\b{WEEKDAYS}(?:'s)? (?:{PART}|clinic|list|opd|round)\b|\b(?:som|mangal|budh|guru"
    r"|shukra|shani|ravi)va?a?r (?:ko|ki|ke)\b"
    r"|(?<![\p{L}\p{M}])(?:सोम|मंगल|बुध|गुरु|शुक्र|शनि|रवि)वार (?:को|की|के)(?![\p{L}\p{M}])"
)
# A day of which only history tells.
LONG_AGO = regex.compile(r"^(?!dob|date of birth|born)(?=.*\p{L}).*\b(?:1\d\d\d|19[0-8]\d)$")
