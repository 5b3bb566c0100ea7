"""Patients' praise: quoted, retold, or wished for."""

from collections.abc import Iterator

from portal.checks.alternatives import Alternatives
from portal.checks.reading import Reading, Span, outermost
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece

TESTIMONIAL = Alternatives(
    r"\b(?:my|our|a|one) (?:happy |satisfied )?patients? (?:says?|said|writes?|wrote|told (?:me|us)"
    r"|shares?|speaks?)\b"
    r"|\b(?:leave|write|give|post|drop)(?: us| me| our clinic)?(?: an?| your)? (?:\d star |5[- ]star "
    r"|five[- ]star |good |google |kind )*"
    r"reviews?\b|\breview us\b|\brate us\b|\b(?:5|five)[- ]star (?:review|rating)s?\b|\btestimonials?\b"
    r"|\bwhat (?:our|my) patients say\b|\bhear (?:it )?from (?:our|my) patients\b"
    r"|\bshare your experience (?:with|at|of) (?:us|our|my)\b"
    r"|[“\"](?:thank you|thanks),? (?:so much,? )?(?:doctor|doc|dr)\b[^”\"]{0,200}[”\"]"
    r"|[“\"][^“”\"\n]{0,160}\b(?:best doctor|(?:saved|changed) (?:my|her|his|our) life|highly recommend"
    r"|recommend (?:him|her|dr)"
    r"|thank you,? (?:doctor|dr|doc)|grateful to (?:doctor|dr|the doctor)|so happy with (?:my|the) (?:result"
    r"|treatment))"
    r"[^“”\"\n]{0,160}[”\"]"
    r"|\bpatient (?:reviews|testimonials|success stor(?:y|ies))\b"
    # Whoever is quoted stands behind the words: "…" - a happy patient of ours.
    r"|[“\"][^“”\"\n]{3,200}[”\"]\s*-?\s*(?:says |said |by |from )?(?:an?|one|our"
    r"|my|another) (?:\p{L}+ )?patient\b"
)

# Whoever speaks, for what a doctor passes on.
SPEAKER = (
    r"(?:patients?|lady|ladies|gentleman|gentlemen|mum|mom|mother|father|dad|client|clients|parents?|couple"
    r"|wife"
    r"|husband|daughter|mareez|family)"
)
PASSED_ON = Alternatives(
    rf"\b(?:one of )?(?:my|our) (?:[\p{{L}}-]+ ){{0,2}}{SPEAKER} (?:says?|said|told|tells|wrote|writes"
    rf"|messaged|texted|sent)"
    r"[^.!?\n\"“]{0,30}[\"“]"
    rf"|[\"“][^“”\"\n]{{3,200}}[\"”]\s*-\s*(?:[\p{{L}}'-]+ ){{0,3}}{SPEAKER}\b"
    r"|(?:[⭐★🌟]\ufe0f? ?){3,}\s*[\"“]"
    r"|[\"“][^“”\"\n]{0,120}\b(?:five|5)[- ]?stars?\b|[\"“][^“”\"\n]{10,200}[\"”]\s*(?:thank you"
    r"|thanks),? (?!to (?:all|every))"
    r"|\b(?:mareez|patients?) (?:kehte|kehta|kehti|bole|bola|boli|likhte|likhti)\b"
    r"|(?<![\p{L}\p{M}])(?:मरीज़|मरीज|मरीज़ों|मरीजों) (?:ने )?(?:कहते|कहा|लिखा|बताया)(?![\p{L}\p{M}])"
)
# Whose words a quotation is: told before it, or behind it.
WHO_SPOKE = (
    r"(?:patients?|patient's|family|families|parents?|mum|mom|mother|father|dad|daughter|son|wife|husband"
    r"|client|clients|customer|lady|gentleman|mareez|gran\p{L}*|couple|carer)"
)
LOVELY = (
    r"(?:words|note|card|letter|message|text|feedback|review|e-?mail|voice note|testimonial|comment"
    r"|thank[- ]you|compliment)"
)
QUOTED = r"[“\"](?=[^“”\"\n]{12})[^“”\"\n]{12,400}[”\"]"
ATTRIBUTED = Alternatives(
    rf"{QUOTED}\W{{0,6}}(?:[\p{{L}}'’-]+ ){{0,5}}?(?:{LOVELY}s? (?:\p{{L}}+ )?(?:from|by|of|left by"
    rf"|sent by)|from|by|said|says|wrote|writes) (?:[\p{{L}}'’-]+ ){{0,4}}?{WHO_SPOKE}\b"
    r"|\b(?:left|sent|gave|wrote|brought|handed|dropped|received|got"
    rf"|found) [^\n\"“”.]{{0,50}}\b{LOVELY}s?\b\W{{1,3}}{QUOTED}"
    rf"|\b{LOVELY}s?\b[^\n\"“”]{{0,60}}\b(?:from|by|of"
    rf"|left by) (?:[\p{{L}}'’-]+ ){{0,4}}?{WHO_SPOKE}\b[^\n\"“”]{{0,60}}{QUOTED}"
    rf"|\b(?:[\p{{L}}'’-]+ ){{0,2}}{WHO_SPOKE}\b[^\n\"“”.]{{0,40}}\b(?:wrote|writes|said|says|told|left"
    rf"|sent|texted|messaged|shared|posted)\b[^\n\"“”]{{0,30}}{QUOTED}"
)
# A thankful patient's words, whoever is named as the speaker.
THANKFUL = Alternatives(
    r"[“\"][^“”\"\n]{0,200}?\b(?:can(?:'t|not) thank (?:\p{L}+ ){1,3}enough|you (?:gave|saved|changed|made"
    r"|brought|fixed|healed|cured) (?:me|my|our|us|him|her)\b|thank you for (?:saving|everything|giving"
    r"|listening|your care|all)|thanks to (?:dr|doctor|the team|you|her|him)\b|(?:dr\.?|doctor"
    r"|the (?:doctor|surgeon|team|staff|nurses?)|he|she|they) (?:\p{L}+ ){0,2}(?:listened|cared|saved"
    r"|cured|explained|took (?:the )?time|changed|gave me|was (?:so|very|amazing|brilliant|wonderful"
    r"|fantastic|kind|the best)"
    r"|is (?:so|very|amazing|brilliant|wonderful|fantastic|kind|the best)|were (?:so|amazing|brilliant"
    r"|wonderful|fantastic|kind))|(?:i|my (?:\p{L}+)) (?:am|feel|can|is|feels|was|got) (?:now |finally "
    r"|so )?(?:pain[- ]free|a new (?:man|woman|person)|cured|like new|able to walk|walking|back to normal"
    r"|on (?:my|his|her) feet)"
    r"|(?:new|second) (?:lease of|chance at) life|god bless (?:dr|doctor|you)|bhagwan (?:aap|hai|ka roop)"
    r"|(?:dr|doctor) (?:sahab|saab|sahib|ji) (?:bhagwan|ne|ki wajah)|jaan bacha|nayi zindagi"
    r"|naya jeevan)[^“”\"\n]{0,200}[”\"]"
    r"|[“\"][^“”\"\n]{0,200}(?:डॉक्टर साहब|डॉक्टर ने|नई ज़िंदगी|नई जिंदगी|नया जीवन|जान बचाई"
    r"|भगवान का रूप)[^“”\"\n]{0,200}[”\"]"
)
# Signed with a first name and an age, and spoken of one's own body or doctor; a quotation of Osler is not.
SIGNED = Alternatives(
    r"[“\"](?=[^“”\"\n]{0,300}\b(?:i|my|me|i'm|i've)\b)(?=[^“”\"\n]{0,300}\b(?:dr|doctor|team|staff|clinic"
    r"|nurses?|surgery|treatment|pain|sleep|walk(?:ing)?|knees?|back|skin|hair|smile|teeth|life"
    r"|operation)\b)[^“”\"\n]{12,400}[”\"]"
    r"\s*[-~(]+\s*\p{L}[\p{L}.' ]{0,30}(?:,? \(?\d{2}\)?|, (?:\p{L}+ ?){1,2})?\s*(?:$|[\n.!)⭐🙏])"
    r"|\b(?:what|see what|here's what|hear what) (?:our |my |the )?(?:people|patients|families|others|they"
    r"|clients|mums|moms|parents) (?:say|are saying|have to say|said)\b(?=[^\n]{0,20}[:\"“]| about (?:us"
    r"|me|our|my|dr))|\b(?:patient|mareez|hamare patients?) ki (?:zubani|kahani|zubaani|baat)\b"
    r"|\bin (?:his|her|their) own words\b"
    r"|\b(?:apna|aapka) (?:anubhav|experience|review|feedback) [^.!?\n]{0,30}\b(?:likh\p{L}+|share"
    r"|bata\p{L}+|de\p{L}+)\b"
)
# Stars and reviews that are wished for, at whatever site.
WISHED_FOR = Alternatives(
    r"\b(?:drop|leave|give|rate|post|write|hit)\b[^.!?\n]{0,30}\b(?:(?:five|5) ?-?stars?|stars on"
    r"|google review)"
    r"|\b(?:google|practo|justdial|trustpilot|yelp|healthgrades|doctify)\b[^.!?\n]{0,25}\b(?:reviews?"
    r"|ratings?|stars?)"
    r" (?:zaroo?r |jaroo?r |zarur )?(?:de|dein|dena|dijiye|do|likhein|karein|help|means|please)\b"
    r"|\b(?:leave|post|share|tell|write|put)\b[^.!?\n]{0,40}\bon (?:yelp|google|practo|trustpilot"
    r"|healthgrades|doctify)\b"
    r"|\breviews?\b[^\n]{0,80}\bon (?:google|yelp|practo|trustpilot|facebook)\b"
    r"|\b(?:five|5) ?-?stars? (?:zaroo?r )?(?:de|dein|dena|dijiye|do)\b"
    r"|\b(?:google|practo) (?:par|pe|pr) [^.!?\n]{0,20}\b(?:anubhav|feedback|likh\p{L}+)\b"
    r"|\b(?:leav\p{L}+|writ\p{L}+|drop\p{L}*|post\p{L}*|shar\p{L}+) (?:\p{L}+ ){0,4}(?:words|line|review"
    r"|feedback|note|experience|thoughts) (?:\p{L}+ ){0,3}?(?:on|at) (?:our|my|google)\b"
    r"|\blove (?:hearing|reading|getting|receiving) (?:\p{L}+ ){0,2}(?:stories|words|messages|notes"
    r"|feedback|reviews) (?:like|from)\b"
    r"|\breviews? (?:de|dena|dene|dijiye|do|likh\p{L}+|chhod\p{L}*|daal\p{L}*) |\b[45] ?⭐|\b(?:five"
    r"|5) stars? (?:to |toh )?ban"
    r"|(?:गूगल|google|practo)[^।!?\n]{0,25}(?:रिव्यू|रेटिंग|स्टार)"
)


@rule("C05")
def testimonial(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A patient's praise, or a wish for it."""
    patterns = (TESTIMONIAL, PASSED_ON, WISHED_FOR, ATTRIBUTED, THANKFUL, SIGNED)
    for span in outermost(Span(*match.span()) for pattern in patterns for match in reading.find(pattern)):
        if not reading.is_cautioned(span):
            yield Hit(span)
