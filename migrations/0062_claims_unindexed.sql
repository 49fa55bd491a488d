-- Challenges, proofs and assertions live for minutes, and are purged in the order of their keys: a claim writes its row alone.
DROP INDEX used_challenges_by_expiry;
DROP INDEX used_assertions_by_expiry;
