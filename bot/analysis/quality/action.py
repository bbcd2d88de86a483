"""No concrete action: a recommendation nobody can carry out or check.

Looks for three things in the recommended action: who (a role), an instruction, and how to tell
(a deadline, a quantity or a condition). It does not judge whether the action is wise.
"""

import re

from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed

_ROLE = (
    r"(?:teams?|squad|crew|leads?|managers?|owners?|engineers?|engineering|developers?|analysts?|"
    r"analytics|designers?|marketers?|marketing|head of [a-z]+|director|product|growth|pricing|"
    r"lifecycle|crm|onboarding|support|finance|sales|success|ops|operations|data|platform|"
    r"payments?|billing|research(?:er)?s?|experimentation|acquisition|retention|activation|"
    r"partnerships?|infrastructure|checkout|mobile|web|backend|pm|pmm|csms?|ceo|cfo|cmo|vp|"
    r"whoever [a-z]+s?|on-call|performance|paid|seo|content|community|instrumentation|tracking)"
)
_MODAL = r"(?:should|must|will|needs? to|has to|have to|can|is to|are to|ought to|to)"
_VERB = (
    r"(?:add|agree|align|allocate|annotate|answer|ask|assign|audit|backfill|block|book|brief|bring|"
    r"build|call|cap|capture|change|check|clean|close|collect|compare|confirm|contact|continue|"
    r"count|cut|decide|define|delay|deliver|diff|disable|divide|document|do|draw|drop|email|enable|"
    r"escalate|exclude|export|extend|file|filter|find|finish|fix|flag|freeze|gate|give|go|group|"
    r"have|hold|identify|instrument|interview|isolate|keep|label|launch|leave|let|limit|list|log|"
    r"look|make|map|mark|match|measure|mend|migrate|move|name|offer|open|pause|plan|plot|post|"
    r"prepare|price|prioriti[sz]e|publish|pull|push|put|raise|rank|re-?check|re-?count|re-?run|"
    r"read|reach|rebuild|recompute|reconcile|record|reduce|refresh|release|remove|repair|repeat|"
    r"replace|replay|report|reprice|reset|resend|restore|revert|review|roll|route|run|sample|save|"
    r"schedule|segment|send|set|shadow|ship|show|shift|size|slice|sort|split|stage|staff|start|"
    r"stop|survey|swap|switch|tag|take|talk|test|tie|trace|track|trial|triage|trim|try|turn|undo|"
    r"update|use|validate|verify|wait|walk|watch|withdraw|write)"
)
# Plans are written as orders ("Engineering should revert") and as facts ("Engineering reverts").
_VERB_S = rf"{_VERB}(?:s|es)?\b"
_OWNER = re.compile(
    rf"\b{_ROLE}\b[^.;:]{{0,40}}?\s(?:{_MODAL}\s|{_VERB_S})|^(?:\W*)(?:the )?{_ROLE}\b"
    rf"|\b{_ROLE}\b\s?:"
    rf"|\b(?:ask|have|get|let|task|assign|give|brief)\b[^.;]{{0,40}}?\b{_ROLE}\b"
    rf"|\bowner\b|\b(?:with|by) (?:the |our )?(?:[a-z-]+ )?{_ROLE}\b",
    re.IGNORECASE | re.MULTILINE,
)
_INSTRUCTION = re.compile(
    rf"(?:^|[.;:!?]\s+|,\s+(?:then|and)\s+|\bthen\s+)"
    rf"(?:\w+day,?\s|first,?\s|do not\s|don't\s)?{_VERB}\b"
    rf"|\b(?:should|must|will|needs? to|has to|have to|is to|are to|ought to|to|please|can|and)\s+"
    rf"(?:\w+ly\s|not\s|first\s|then\s|also\s|just\s|only\s)?{_VERB}\b|:\s*{_VERB}\b"
    rf"|\b{_ROLE}\s(?:[a-z-]+\s){{0,2}}?{_VERB_S}",
    re.IGNORECASE | re.MULTILINE,
)
_ORDER = re.compile(r"^\W*(?:do not|don't|not yet|yes|no|[A-Z][\w ]{2,40}:)\b", re.IGNORECASE)
_SOFT_ONLY = re.compile(
    r"\b(?:monitor|investigate|consider|explore|look into|keep an eye|think about|discuss|"
    r"focus on|work on|pay attention|be aware|evaluate|address|improve|optimi[sz]e)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|ten|half|quarter)\b"
    r"|\b(?:by|before|on|until|from|within|this|next|end of|after|every|each) (?:the )?(?:\w+ )?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month|quarter|sprint|day|tomorrow|today|"
    r"tonight|close|release|review|renewal|deploy|cycle|period)"
    r"|\btomorrow\b|\btoday\b"
    r"|\b(?:confirm|confirms|confirmed|would (?:show|prove|mean|point|settle|tell|rule)|"
    r"will (?:show|tell|settle)|success (?:is|means|looks)|compare|holdout|control group|a/b|"
    r"threshold|if (?:it|the|that|those|they|both|neither|either|conversion|churn|we|no)\b)",
    re.IGNORECASE,
)


def names_who_or_what(text: str) -> bool:
    """Tell whether a sentence of a plan names somebody, or something to do; orders may be short."""
    return any(pattern.search(text) for pattern in (_OWNER, _INSTRUCTION, _ORDER))


def check_action(recommended_action: str) -> QualityFinding:
    """Somebody is told to do something, with a deadline or a way to tell that it worked."""
    text = recommended_action.strip()
    if not text:
        return failed(QualityCheck.NO_CONCRETE_ACTION, "There is no recommended action.")
    missing = []
    if not _OWNER.search(text):
        missing.append("who does it")
    if not _INSTRUCTION.search(text):
        soft = _SOFT_ONLY.search(text)
        missing.append(f"what to do beyond “{soft.group(0)}”" if soft else "what to do")
    if not _MEASURE.search(text):
        missing.append("by when, how much or what would confirm it")
    if missing:
        return failed(QualityCheck.NO_CONCRETE_ACTION, f"Does not say {' or '.join(missing)}.")
    return passed(QualityCheck.NO_CONCRETE_ACTION)
