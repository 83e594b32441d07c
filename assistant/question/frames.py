"""Words that frame a question without saying what it is about: "what has ... written about", "show me articles on"."""

from __future__ import annotations

from assistant.question.patterns import lazy
from assistant.words import word_set


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words.split()) for words in text.split(";"))


_AUTHORING = "authored co-author co-authored coauthor coauthored co-write co-wrote co-written"
_FUNCTION = (
    "a an the and or but nor of to in on at by for from with about into as than per via around regarding "
    "concerning is are was were be been being am do does did done doing has have had having can could should "
    "would will may might must i we you they he she it me us them my our your their his her its this that "
    "these those there here i'd i'm i've you've we're it's don't got whether if ever not doesn't isn't didn't "
    "what what's which who who's whose when where where's why how how's also any anything some something "
    "someone anyone anybody everyone everybody ppl everything all each every else other others though although "
    "anyway however so then now well please pls plz sth smth just only "
    "both either vs versus compared compare between"
)
_ASKING = (
    "show give gimme find get list tell send recommend suggest fetch display bring know see hear learn looking look "
    "want wants need needs like hi hello hey ok okay thanks name names count number explain describe describes "
    "describing described interested curious wondering wonder help interesting cool nice fun insightful noteworthy"
)
_WRITING = (
    "authored article articles post posts blog blogs blogpost blogposts writeup writeups write-up write-ups story "
    "stories piece pieces read reads content material stuff things thing write writes wrote written writing "
    "publish publishes published said say says saying talk talks talked discuss discusses discussed mention "
    "mentions mentioned mentioning cover covers covered covering involve involves involving posted blogged "
    "paper papers entry entries ones one many much kind kinds sort sorts tag tags tagged company companies corpus collection "
    "catalog catalogue library available"
)

LEFT = word_set(_FUNCTION, _ASKING, _WRITING, _AUTHORING)
"""Words dropped from the front of a topic."""
AFTER_SUBJECT = word_set(
    _FUNCTION,
    "write writes wrote written publish publishes published said say says talk talked discuss discussed mention mentioned",
    "cover covered posted blogged post blog articles posts blogposts write-ups writeups",
    _AUTHORING,
)
"""Words dropped behind the subject of a question that begins with an auxiliary: "how does Uber find drivers" keeps its verb."""
RIGHT = word_set(
    _FUNCTION,
    "article articles post posts blog blogs blogpost blogposts writeup writeups write-up write-ups story stories piece pieces ones",
    "please pls plz stuff too used specifically written published said say publish write wrote available company companies tag tags"
    " tagged read reads instead",
)
"""Words dropped from the end of a topic."""
EDGES = word_set(
    "one ones a an the and or but nor of to in on at by for from with about into as than via around vs versus compared "
    "both between not just only do does did has have had 's is are was were be been that which who their its "
    "using published written during since inside according folks guys devs that's who's"
)
"""Words that must not be left hanging where something was taken out of the middle."""
PLAIN_USING = word_set("use uses used using adopt adopts adopted adopting")
"""Verbs dropped behind a question word: "who uses feature flags?"."""
USING = PLAIN_USING | word_set("run runs running")
"""Verbs dropped with the technology or company they stand beside."""
LEFT_PHRASES = _phrases(
    "handle; handles; handling; tackle; think about; think of; feel about; "
    "engineering teams; different companies; two companies; three companies; five companies; firms; orgs; "
    "startups; businesses; other companies; other teams; tech companies; big companies; software teams; most "
    "companies; real companies; teams deal with; deal with; cope with; go about; way to; ways to; best way "
    "to; good way to; people actually; engineers deal with; companies deal with; teams; team; people; "
    "engineers; companies; developers; folks; take on; opinion on; opinions on; view on; views on; stance on; thoughts on; "
    "position on; perspective on; approach to; approaches to; organisations; organizations; somebody; some examples of; "
    "examples of; info on; information on; information about; best articles; good articles; good reads; "
    "interesting articles; difference between; differences between; more about; more on; experience with; the "
    "difference"
)
"""Phrases dropped from the front of a topic, after a question word."""

CORRECTING = (
    r"(?:(?:(?:hm+|oh|ah|ok(?:ay)?|um+|well) )?"
    r"(?:no+|nope|nah|wait|stop|ok(?:ay)?|yes|yeah|well|hm+|oh|ah|actually|rather|not that|that's wrong|wrong)[,.!:;—–-]+ ?"
    r"|(?:sorry|oops|whoops|ups|my bad|pardon|actually|correction)(?:[,.!:;—–-]+ ?| )"
    r"|(?:no,? )?(?:i|we) (?:really |actually )?(?:meant|mean)(?: to (?:say|ask|write|type))?[,:]? (?:about |on )?"
    r"|(?:please )?(?:make|let's make|change) (?:that|it)(?: to)? )+"
)
"""What goes before a restriction that puts the question before right: "no, Redis", "I meant Redis", "sorry, Spotify"."""
CHANGING_SUBJECT = (
    r"(?:(?:now |and now |now for )?something (?:completely |totally |entirely |very )?(?:different|else|new)(?: now)?"
    r"|(?:a |now a |one )?(?:new|different|another|separate|unrelated|other) (?:question|topic|subject)"
    r"|(?:changing|switching|change of|to change) (?:the )?(?:subjects?|topics?)|on (?:a different|another) (?:note|topic|subject)"
    r"|(?:forget|scratch|ignore|drop|skip) (?:all )?(?:that|it|this|about (?:that|it|this))|never ?mind(?: (?:that|it))?|start(?:ing)? over"
    r"|let's start over|moving on|unrelated(?:ly)?|next (?:question|topic))[:,.;!–—-]+ ?"
)
"""What goes before a question that has nothing to do with the one before: "now something different: ..."."""
_COLLEAGUES = (
    r"(?:colleagues?|co-?workers?|friends?|boss|managers?|mentor|cto|team ?mates?|(?:team|tech) leads?|interviewer)"
)
ASIDES = lazy(
    rf"^{CORRECTING}|^(?:(?:thanks|thank you|ok|okay|great|cool|perfect)[,.! ]+)?{CHANGING_SUBJECT}"
    r"|\b(?:(?:(?:so|and|please|then) )+(?:skip|leave out|ignore|exclude) (?:those|them|it|that)(?=[\s?.!]*$)"
    r"|(?:the )?(?:former|latter)(?: (?:one|company))?(?=[\s?.!]*$)|this year(?= \(?\d{4}\b)"
    r"|side by side|head to head|in comparison|by comparison|(?:is|was) it (?:really )?worth (?:it|the \w+)|"
    r"if any|came out (?=of\b)|(?<=written )up|(?<=wrote )up|for example|e\.?g\.?|thanks(?: in advance)?|thank you|"
    r"(?<='s )work(?: while)?(?= (?:at|for|with|in)\b)|(?<='s )own(?= \w)|"
    rf"(?:my|our|a|the|some) {_COLLEAGUES} (?:(?:has|have|had|just|once|keeps?|really) )*(?:recommend(?:s|ed)|mention(?:s|ed)"
    r"|told (?:me|us) about|sent(?: me| us)?|shared|asked(?: me| us)?(?: about)?|wants? to know(?: about)?|read|saw"
    r"|(?:talked|spoke|raved) about|(?:wants?|asked|told) (?:us|me) to)"
    r"|i(?:'m)? (?:love|like|loved|liked|enjoyed|a (?:big |huge )?fan of|really (?:like|love)) (?:her|his|their|its) [^.?!]*"
    r"|(?:i'm|i am|we're|we are|am|are)?(?: currently)? ?(?:preparing|giving|writing|doing|working on) "
    r"(?:a|an|my|our|some) (?:\w+ )?(?:talk|presentation|lecture|keynote|slides|thesis|essay|design doc|proposal"
    r"|workshop|training)(?= (?:on|about)\b)"
    r"|which (?:one )?(?:could|might|would|may) (?:it|that|this) be|war stor(?:y|ies)(?= (?:about|with|on|from|of)\b|[\s?.!]*$)|"
    r"so far|to date|that (?:appeared|(?:was|were) (?:published|posted|written|released))|"
    r"how many(?: (?:hits|matches|results))?(?=[\s?.!]*$)|"
    r"(?:in|on|from) (?:the|this|your) (?:collection|corpus|catalog|catalogue|library|archive|index|site|list)"
    r"|(?:(?:put|putting|came|come|comes|coming|brought) out)(?=\W*(?:$|(?:in|since|after|before|between|during|from|until|by|lately|"
    r"recently|this|last)\b))"
    r"|(?:articles?|posts?|blog ?posts?|write-?ups?|stories)(?: that| which)? (?:mentions?|covers?|discuss(?:es)?|involves?"
    r"|(?:is|are) (?:about|on)|(?:deal|deals) with|(?:talk|talks|speak|speaks|write) (?:about|of)|touch(?:es)? on|appear(?:ed|s)?"
    r"|(?:were|was|went) (?:live|up|online))"
    r"|(?:the )?most(?: (?:articles?|posts?|blog ?posts?))?(?= (?:about|on|regarding)\b)|(?:the )?most(?: of all| often)?"
    r"(?=[\s?.!]*$| (?:not|other than|except|excluding|without|besides|apart)\b)"
    r"|(?:the )?(?:best|good|great|must-read) (?:articles?|posts?|reads?|write-?ups?|stories)(?= (?:about|on|for|of|from|by)\b)"
    r"|(?:an? |the )?(?:links?|url) (?:to|of) (?:an?|the)\b|(?:https?://|www\.|site:)\S+|(?<=\w)\.(?:com|org|io|net|dev)"
    r"|point (?:me|us) (?:to|at|towards)|(?:in total|altogether|all told)(?=[\s?.!]*$)|(?:the |a )?total (?=number of\b)"
    r"|results?(?= (?:about|on|for|from)\b)|(?:authors?|company|technolog(?:y|ies)|tech|tags?|topic|subject) ?(?=[:=])"
    r"|in here|(?:been )?up to(?= (?:lately|recently|these days)\b)|you (?:have|know(?: of| about)?)|do you have|that you know)\b"
)
"""Remarks that say nothing of the subject, wherever they stand."""
HOW_IT_WORKS = lazy(
    r"^(?:and |so |but )?how (?:do|does|did) (?!teams|companies|people|engineers|you|we|they).* (?P<verb>works?|working)[\s?.!]*$"
)
"""A verb that only asks: "how does search ranking work?"."""
