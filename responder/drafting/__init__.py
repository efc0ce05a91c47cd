"""Prepares replies: language, intent, templates with order facts, content rules.

Pure but for ``load``, which reads the files that a seller may edit.
"""

from responder.drafting.drafter import Drafting, Question
from responder.drafting.loading import load
from responder.drafting.problems import DraftingConfigError, Problem

__all__ = ["Drafting", "DraftingConfigError", "Problem", "Question", "load"]
