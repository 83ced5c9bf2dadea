"""What judges an answer: `dsa` a function (standard library only), `sql` a query, `score` the verdict."""
