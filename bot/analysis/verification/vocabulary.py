"""The words the checker understands, by meaning. Documented data, no logic.

Adding a word here is the way to teach the checker a new phrasing; sentences are never listed.
"""

from bot.analysis.verification.wordsets import numbered, words

# Verbs and nouns that say the numbers went up or down. Inflected forms are listed because a
# stemmer would merge "rose" (verb) with nothing and "falls" (noun) with "falling".
UP_VERBS = words(
    "rise rises rose risen rising climb climbs climbed climbing grow grows grew grown growing "
    "increase increases increased increasing gain gains gained gaining jump jumps jumped jumping "
    "surge surges surged surging soar soars soared soaring leap leaps leapt leaped leaping "
    "advance advances advanced advancing mount mounts mounted mounting ascend ascended rally "
    "rallied rallies rebound rebounds rebounded rebounding spike spikes spiked spiking shot "
    "rocketed rocket rockets skyrocketed skyrocket edged-up inched zoomed "
    "strengthened strengthen accelerated heightened multiplied swell swelled swells expand "
    "expanded expands balloon ballooned ticked-up"
)
DOWN_VERBS = words(
    "fall falls fell fallen falling drop drops dropped dropping decline declines declined "
    "declining decrease decreases decreased decreasing slide slides slid sliding sink sinks sank "
    "sunk sinking slip slips slipped slipping shrink shrinks shrank shrunk shrinking plunge "
    "plunges plunged plunging plummet plummets plummeted tumble tumbles tumbled tumbling crash "
    "crashes crashed dip dips dipped dipping ebb ebbed ease eases eased easing retreat retreats "
    "retreated retreating lose loses lost losing dwindle dwindled contract contracted reduce "
    "reduces reduced slump slumps slumped slumping collapse collapses collapsed cut descend "
    "descended halve halves erode eroded shed sheds shedding soften softens softened softening "
    "come-down sagged sag nosedived nosedive tanked cratered weakened weaken waned "
    "receded recede recedes diminished diminish subsided subside narrowed lessened"
)
UP_NOUNS = words(
    "rise rises increase increases gain gains jump jumps growth climb surge surges leap uptick "
    "upturn advance advances uplift lift spike rebound upswing"
)
DOWN_NOUNS = words(
    "fall falls drop drops decline declines decrease decreases loss losses slide slump dip dips "
    "slip plunge reduction downturn shortfall downswing contraction collapse setback cut saving "
    "shrinkage erosion "
    "savings"
)
UP_ADVERBS = words("up higher more above upward upwards over greater bigger ahead extra additional")
DOWN_ADVERBS = words(
    "down lower less fewer below downward downwards under short smaller behind missing"
)
# Good and bad need the metric's own direction.
BETTER = words(
    "improve improves improved improving improvement improvements better recovered recovering "
    "recover recovers recovery regained regain regains"
)
WORSE = words(
    "worsen worsens worsened worsening deteriorate deteriorates deteriorated deteriorating "
    "deterioration worse"
)
FASTER_MEANS_LESS = words("faster quicker cheaper shorter quieter calmer")
SLOWER_MEANS_MORE = words("slower dearer costlier longer busier pricier")
MOVES_EITHER_WAY = words(
    "change changes changed moved move moves shift shifted swing step went go goes gone came "
    "difference gap delta movement going"
)
FLAT = words(
    "flat stable steady unchanged constant plateaued plateau stabilised stabilized "
    "stagnated stagnant static sideways"
)

HIGH_NOUNS = words("peak peaks peaked high highs maximum max top record summit")
LOW_NOUNS = words("trough troughs low lows minimum min bottom bottomed nadir floor")
HIGH_ADJECTIVES = words("highest largest biggest busiest greatest strongest")
LOW_ADJECTIVES = words("lowest smallest quietest weakest fewest")
GOOD_ADJECTIVES = words("best")
BAD_ADJECTIVES = words("worst poorest")
LESS_IS_FAST = words("fastest quickest cheapest shortest calmest")
MORE_IS_SLOW = words("slowest dearest costliest longest priciest")
STEEP = words("steepest sharpest")

MEAN_WORDS = words("average averages averaged averaging mean means averagely")
MEDIAN_WORDS = words("median")
TOTAL_WORDS = words("total totals totalled totaled sum altogether together combined cumulative")
USUAL_WORDS = words("usual typical normal ordinary")

FUTURE = words("will 'll won't shall would we'll it'll they'll you'll i'll that'll")
SOFT_FUTURE = words("should could may might can")
PREDICTIVE = words(
    "expect expects expected forecast forecasts forecasted predict predicts predicted project "
    "projected projects anticipate anticipated estimate estimated reckon heading trajectory"
)
BENCHMARK = words(
    "benchmark benchmarks industry peers peer competitors competitor rivals rival comparable "
    "typically normally usually standard norm sector market-average category elsewhere "
    "textbook textbooks literature studies analysts experts rule-of-thumb comparables "
    "best-in-class companies vendors startups businesses firms apps tools typical"
)
CAUSE_VERBS = words(
    "caused causes cause drove drives explains explain explained proves prove proved proven "
    "triggered accounts account accounted responsible"
)
HEDGES = words(
    "may might could likely probably possibly perhaps plausible plausibly suggests suggest fits "
    "fit coincides coincide consistent suspect suspected appears seems seem apparently partly "
    "candidate hypothesis possible potential potentially unlikely if whether cannot "
    "unclear not nor alone"
)
NEGATIONS = words("no not never none nothing nor neither without hardly n't cannot didn't hasn't")
IMPERATIVES = words(
    "run roll put hold keep ask sign show offer restart have freeze add repeat announce prepare "
    "leave export collect call split test compare review interview pull check set ship revert "
    "stop pause start switch give send move assign schedule launch invite extend measure track "
    "survey talk contact write email phone read investigate audit fix expand limit cap restore "
    "watch wait monitor let make turn re-run rerun use try deploy release build confirm verify "
    "report decide plan draft raise lower reduce cut increase rebuild do get take bring open "
    "close look go focus apply allocate treat analyse analyze sample segment randomise randomize "
    "route ramp gate disable enable retain reinstate undo identify double halve page judge find"
)
CONDITIONALS = words("if unless until when once whenever while provided threshold should stop end")
OWNERS = words(
    "team manager lead owner product growth marketing engineering support success finance sales "
    "analyst designer we you someone"
)
PEOPLE = words(
    "user users customer customers people person account accounts sign-up sign-ups signup "
    "signups member members visitor visitors subscriber subscribers trial trials installs "
    "install recipients recipient answers answer sessions session orders order opens clicks "
    "click wins win deals deal workspaces workspace applications application payers payer "
    "opportunities requests tickets invites activations activation cancellations respondents "
    "conversions logos companies contacts leads"
)
PERIOD_NOUNS: dict[str, str] = {
    "day": "day",
    "days": "day",
    "week": "week",
    "weeks": "week",
    "wk": "week",
    "wks": "week",
    "month": "month",
    "months": "month",
    "quarter": "quarter",
    "quarters": "quarter",
    "year": "year",
    "years": "year",
    "period": "any",
    "periods": "any",
    "reading": "any",
    "readings": "any",
    "value": "any",
    "values": "any",
    "point": "any-point",
    "observation": "any",
    "observations": "any",
    "counts": "any",
    "figures": "any",
    "measurements": "any",
    "entries": "any",
    "step": "step",
    "steps": "step",
    "fortnight": "fortnight",
    "weekend": "weekend",
    "weekends": "weekend",
}
PERIOD_ADVERBS: dict[str, str] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annual": "year",
    "overnight": "day",
}
CURRENCY_SIGNS: dict[str, str] = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
CURRENCY_WORDS: dict[str, str] = {
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "jpy": "JPY",
    "chf": "CHF",
    "inr": "INR",
    "sek": "SEK",
    "dkk": "DKK",
    "nok": "NOK",
    "pln": "PLN",
    "cad": "CAD",
    "aud": "AUD",
    "dollars": "USD",
    "dollar": "USD",
    "euros": "EUR",
    "euro": "EUR",
    "pounds": "GBP",
}
TIME_WORDS: dict[str, str] = {
    "ms": "ms",
    "millisecond": "ms",
    "milliseconds": "ms",
    "s": "s",
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "min": "min",
    "mins": "min",
    "minute": "min",
    "minutes": "min",
    "hour": "h",
    "hours": "h",
    "h": "h",
    "hrs": "h",
}
_MONTH_NAMES = numbered(
    "- january february march april may june july august september october november december"
)
MONTHS: dict[str, int] = {name: number for name, number in _MONTH_NAMES.items() if number}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
WEEKDAYS: dict[str, int] = numbered("monday tuesday wednesday thursday friday saturday sunday")
STOP_WORDS = words(
    "the a an of to in on at by for and or with from per is was are were be been it its this that "
    "our we us their new all every each out into rate share number weekly daily monthly average "
    "median everyone people team went half first over up percent per-cent any week day month "
    "quarter about as than more free shipped users user sent paid came"
)
