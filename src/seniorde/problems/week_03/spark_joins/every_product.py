"""# Every product, and what it sold

`products` has `product_id` (int, unique) and `title`; `sales` has `sale_id`, `product_id` (int, may be NULL or unknown to `products`) and `quantity` (int, may be NULL).

Return a row for *every* product: `product_id`, `title`, `sales` (the number of its rows in `sales`) and `quantity` (their sum; NULLs in it count as 0).
Both are 0 for a product without sales.
Sales of no product, or of an unknown one, count nowhere.
Any order of rows is right.

A team tried `broadcast(products)`, and Spark ignored the hint, because products keep their rows.
At work there are billions of sales: with 4,000 sales and 40 products, in two partitions each, all shuffles and broadcasts together may carry at most 400 rows, and `sales` may be read once.
Adaptive execution and automatic broadcasts are off.

```python
every_product(products, sales)
# products: (1, "lamp"), (2, "rug"); sales: (10, 1, 3), (11, 1, None), (12, 9, 5), (13, None, 1)
# (1, "lamp", 2, 3), (2, "rug", 0, 0)
```
"""

from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, moved, plan, session

PROBLEM = LabProblem(
    id="w3-spark-joins-every-product",
    pattern="aggregate before an outer join",
    difficulty="easy",
    minutes=15,
    points=2,
    hints={
        "The example": (
            "A left join keeps the products; what stands in the columns of sales then, and what does `count(*)` count?",
            "`coalesce(…, 0)` around both figures; NULL never equals NULL, so sales of no product find nothing.",
        ),
        "Odd sales": (
            "A product whose sales all have a NULL quantity has sold 0, and has sales.",
            "Count rows of `sales`, not of the join: `count(*)` of an outer join is 1 for a product without any.",
        ),
        "What is moved": (
            "Which step makes few rows of many? Do it before the join.",
            "`sales.groupBy('product_id').agg(…)` combines in each task; then join the products with these few rows.",
        ),
    },
)


def solve(products, sales):
    from pyspark.sql import functions as F

    sold = sales.groupBy("product_id").agg(F.count("*").alias("sales"), F.sum("quantity").alias("quantity"))
    return products.join(sold, "product_id", "left").select(
        "product_id",
        "title",
        F.coalesce("sales", F.lit(0)).alias("sales"),
        F.coalesce("quantity", F.lit(0)).alias("quantity"),
    )


COLUMNS = ["product_id", "title", "sales", "quantity"]


def tables(products, sales):
    return (
        frame(products, "product_id int, title string"),
        frame(sales, "sale_id bigint, product_id int, quantity int"),
    )


def judge(function, products, sales, about):
    rows = []
    for product, title in products:
        own = [quantity or 0 for _, of, quantity in sales if of == product]
        rows.append((product, title, len(own), sum(own)))
    found = answer(function, *tables(products, sales))
    expect(found, COLUMNS, rows, about)
    return found


def the_example(function):
    session()
    sales = [(10, 1, 3), (11, 1, None), (12, 9, 5), (13, None, 1)]
    judge(function, [(1, "lamp"), (2, "rug")], sales, "The example")
    return "A product with sales, one without, sales of none."


def odd_sales(function):
    products = [(n, f"title {n % 3}") for n in range(1, 7)] + [(0, None)]
    sales = [(1, 1, None), (2, 1, None), (3, 2, 4), (3, 2, 4), (4, 3, -2), (5, 3, 2), (6, 0, 1), (7, None, 8)]
    judge(function, products, sales, "With odd sales")
    judge(function, products, [], "Without sales")
    judge(function, [], sales, "Without products")
    return "All NULL, a sale that stands twice, returns, equal titles, a title NULL, nothing at all."


def what_is_moved(function):
    rng = Random(6)
    products = [(n, f"product {n}") for n in range(40)]
    sales = [(n, rng.choice([None, *range(1, 50)]), rng.randrange(5)) for n in range(4_000)]
    ran = plan(judge(function, products, sales, "With 4,000 sales"))
    if moved(ran) > 400:
        sentence = f"Shuffles and broadcasts carry {moved(ran):,} rows; 400 are enough."
        raise Refused("moved", sentence, plan=str(ran))
    if sum((node.actual_rows or 0) >= 4_000 for node in ran.nodes() if node.operator == "RDD Scan") > 1:
        raise Refused("reads", "The sales are read more than once.", plan=str(ran))
    return f"{moved(ran)} rows are moved."


PARTS = {"The example": the_example, "Odd sales": odd_sales, "What is moved": what_is_moved}


@variant
def in_sql(products, sales):
    return products.sparkSession.sql(
        """SELECT product_id, title, coalesce(n, 0) AS sales, coalesce(q, 0) AS quantity
        FROM {products} LEFT JOIN (SELECT product_id, count(*) AS n, sum(quantity) AS q
            FROM {sales} WHERE product_id IS NOT NULL GROUP BY product_id) USING (product_id)""",
        products=products,
        sales=sales,
    )


@variant
def small_side_sent(products, sales):
    from pyspark.sql import functions as F

    known = sales.filter("product_id IS NOT NULL").fillna(0, ["quantity"])
    sold = known.groupBy("product_id").agg(F.count("*").alias("sales"), F.sum("quantity").alias("quantity"))
    joined = products.join(F.broadcast(sold), "product_id", "left")
    return joined.fillna(0, ["sales", "quantity"]).select("product_id", "title", "sales", "quantity")


@variant
def summed_up_together(products, sales):
    """Both tables under each other, one grouping, no join."""
    from pyspark.sql import functions as F

    nothing = products.selectExpr("product_id", "struct(title) AS kept", "0 AS n", "0 AS q")
    each = sales.selectExpr(
        "product_id", "CAST(NULL AS STRUCT<title: STRING>) AS kept", "1 AS n", "coalesce(quantity, 0) AS q"
    )
    found = nothing.union(each).groupBy("product_id").agg(
        F.max("kept").alias("kept"), F.sum("n").alias("sales"), F.sum("q").alias("quantity")
    )  # fmt: skip
    return found.filter("kept IS NOT NULL").select("product_id", "kept.title", "sales", "quantity")


@wrong("joined first, then counted: all sales are shuffled", fails="moved", passes_examples=True)
def joined_first(products, sales):
    from pyspark.sql import functions as F

    joined = products.join(sales, "product_id", "left").groupBy("product_id", "title")
    return joined.agg(
        F.count("sale_id").alias("sales"), F.coalesce(F.sum("quantity"), F.lit(0)).alias("quantity")
    )


@wrong("the hint for the side that keeps its rows is ignored", fails="moved", passes_examples=True)
def hint_ignored(products, sales):
    from pyspark.sql import functions as F

    joined = F.broadcast(products).join(sales, "product_id", "left").groupBy("product_id", "title")
    return joined.agg(
        F.count("sale_id").alias("sales"), F.coalesce(F.sum("quantity"), F.lit(0)).alias("quantity")
    )


@wrong("all sales are broadcast", fails="moved", passes_examples=True)
def sales_sent(products, sales):
    from pyspark.sql import functions as F

    joined = products.join(F.broadcast(sales), "product_id", "left").groupBy("product_id", "title")
    return joined.agg(
        F.count("sale_id").alias("sales"), F.coalesce(F.sum("quantity"), F.lit(0)).alias("quantity")
    )


@wrong("products without sales are lost", fails="rows")
def inner(products, sales):
    from pyspark.sql import functions as F

    sold = sales.groupBy("product_id").agg(F.count("*").alias("sales"), F.sum("quantity").alias("quantity"))
    return products.join(sold, "product_id").select(*COLUMNS)


@wrong("count(*) of an outer join counts the product without sales as one", fails="rows")
def one_too_many(products, sales):
    from pyspark.sql import functions as F

    joined = products.join(sales, "product_id", "left").groupBy("product_id", "title")
    return joined.agg(F.count("*").alias("sales"), F.coalesce(F.sum("quantity"), F.lit(0)).alias("quantity"))


@wrong("only sales with a quantity are counted", fails="rows")
def known_quantities(products, sales):
    from pyspark.sql import functions as F

    sold = sales.groupBy("product_id").agg(
        F.count("quantity").alias("sales"), F.sum("quantity").alias("quantity")
    )
    return products.join(sold, "product_id", "left").fillna(0, ["sales", "quantity"])


@wrong("a product whose quantities are all NULL gets NULL", fails="rows", passes_examples=True)
def null_sum(products, sales):
    from pyspark.sql import functions as F

    sold = sales.groupBy("product_id").agg(F.count("*").alias("sales"), F.sum("quantity").alias("quantity"))
    none = F.when(F.col("sales").isNull(), 0)
    return products.join(sold, "product_id", "left").select(
        "product_id",
        "title",
        F.coalesce("sales", F.lit(0)).alias("sales"),
        none.otherwise(F.col("quantity")).alias("quantity"),
    )


NOTES = """
**Why it holds**: counts and sums can be taken before the join, because each sale belongs to one product. The aggregate writes one row a product and task.

**Pitfall**: in an outer join only the side that may lose its rows can be broadcast. The hint for the other side is dropped with a warning in the driver's log.

**Alternative**: an inner join with the products broadcast, grouped, and the products without sales added by an anti join: two passes over the products, one over the sales.

**At work**: a dimension report that must list the zeros. The plan to look for: the aggregate *below* the join.
"""
