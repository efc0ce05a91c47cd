"""A language model where the seller wants one: drafts and translations, held to what is known."""
