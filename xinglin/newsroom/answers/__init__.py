"""What readers answer: polls and quizzes, comments, whether it was of use, and how an article is passed on."""
