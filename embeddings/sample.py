"""The fixed texts on which an exported model is compared with its original: questions, summaries, one word, other scripts."""

from __future__ import annotations

SAMPLE: tuple[str, ...] = (
    "kafka",
    "How do I roll back a failed deployment?",
    "what did they write about autoscaling message consumers",
    "articles on moving from a monolith to microservices, newest first",
    "PostgreSQL vs MySQL for a multi-tenant billing service",
    "c++ memory allocator fragmentation in long-running processes",
    "Why tail latency matters more than the mean.",
    "détection d'anomalies dans les journaux d'événements",
    "コンテナのオーケストレーションと監視",
    "rate-limit; retry/back-off; idempotency-key: HTTP 429 -> 200 OK (p99 < 250 ms)",
    "SELECT user_id, count(*) FROM clicks WHERE day >= '2024-01-01' GROUP BY 1 ORDER BY 2 DESC;",
    "The team replaced its nightly batch jobs with a streaming pipeline, so that a change in a price reaches every shop within "
    "seconds instead of the next morning.",
    "An on-call engineer was paged at three in the morning because a certificate had expired. The write-up lists what failed: "
    "a calendar reminder nobody owned, an alert on the wrong metric, and a renewal script that ended with success when it had "
    "done nothing.",
    "Search relevance was tuned offline against graded judgements and then tested on a tenth of the traffic. Clicks on the "
    "first result rose by four percent; complaints about missing results fell. The largest single gain came from correcting "
    "spelling before retrieval, not from the new ranking model.",
    "A feature store keeps the values used in training and in serving alike. Before it, two teams computed the same average "
    "in two languages, and the model learned from one and was served the other. The design separates an offline store for "
    "history from an online store for the latest value, with one definition that feeds both.",
    "Mobile builds took forty minutes. Splitting the app into modules, caching compiled artefacts by the hash of their inputs "
    "and running only the tests a change can reach brought the median down to six. The article measures each step, names the "
    "two that did not help, and explains why remote execution was tried and dropped: network transfer cost more than the "
    "compilation it saved on the developers' own machines.",
    "Sharding the main database by customer looked simple until reports needed rows of all of them. The migration ran for a "
    "year: double writes, a checker that compared both sides, a slow shift of reads, and a switch back rehearsed every week. "
    "What the authors would do again is the checker; what they would not is the custom query router, which had to be taught "
    "every statement the application ever used. The appendix holds the runbook, the failure drills and the numbers on lag, "
    "lock waits and disk use before and after, for every one of the sixteen shards, and closes with advice for teams that "
    "still fit on one machine: stay there, buy a larger one, and archive what nobody reads.",
    "Privacy by design",
    "GPU utilisation of inference servers: dynamic batching, paged key-value caches and speculative decoding",
    "Who owns an incident? Blameless reviews, action items, and follow-through.",
    "Accessibility testing of web components with screen readers, in continuous integration",
    "Estimating the effect of notifications with switchback experiments when users influence one another",
    "Zero-downtime upgrade of a thousand-node Cassandra cluster",
    "Cutting cloud costs: rightsizing, spot instances, and deleting what is idle",
)
