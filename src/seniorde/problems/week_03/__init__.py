"""Week 3: trees and tries, Spark, Delta and Glue."""
