"""Certification questions from `exercises/certification`: `quiz` draws, `question` shows, `answer` grades."""

from seniorde.questions.bank import Bank, Card, Option, Question, QuestionError
from seniorde.questions.finder import exams, find, load
from seniorde.questions.rounds import Answer, Result, Round, answer, grade, question, quiz

__all__ = [
    "Answer",
    "Bank",
    "Card",
    "Option",
    "Question",
    "QuestionError",
    "Result",
    "Round",
    "answer",
    "exams",
    "find",
    "grade",
    "load",
    "question",
    "quiz",
]
