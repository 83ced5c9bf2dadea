"""What makes skipping safe: a rule of the optimizer that plans every scan by itself.

Spark 4.3 keeps what a Python data source answered to pushed filters in one object for each `load()`, so that
two uses of one DataFrame with different filters read the last one's files, wrongly. The rule gives every scan
of ours an object of its own, asks again with its own filters, and with only the columns that it needs, which
the Python interface cannot say. It is compiled by the compiler that Spark carries for its own code; where
that cannot be, nothing is skipped and every result is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seniorde.delta.source import DeltaDataSource, PruningDeltaDataSource

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CLASS = "seniorde.PlanEachScan"
RULE = """
package seniorde;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.execution.datasources.v2.python.PythonDataSourceV2;
import org.apache.spark.sql.execution.datasources.v2.python.PythonScan;
import org.apache.spark.sql.execution.datasources.v2.python.PythonScanBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

public final class PlanEachScan extends Rule {
  public TreeNode apply(TreeNode plan) {
    return ((LogicalPlan) plan).transformDown(new Scans());
  }

  public static final class Scans extends scala.runtime.AbstractPartialFunction {
    public boolean isDefinedAt(Object node) {
      return node instanceof Project || node instanceof DataSourceV2ScanRelation;
    }

    public Object applyOrElse(Object node, scala.Function1 otherwise) {
      if (node instanceof DataSourceV2ScanRelation) {
        return planned((DataSourceV2ScanRelation) node, null);
      }
      if (node instanceof Project) {
        Project project = (Project) node;
        LogicalPlan child = pruned(project.child(), project.references());
        return child == project.child() ? project : project.copy(project.projectList(), child);
      }
      return otherwise.apply(node);
    }
  }

  static LogicalPlan pruned(LogicalPlan plan, AttributeSet needed) {
    if (plan instanceof DataSourceV2ScanRelation) {
      return planned((DataSourceV2ScanRelation) plan, needed);
    }
    if (plan instanceof Filter) {
      Filter filter = (Filter) plan;
      LogicalPlan child = pruned(filter.child(), needed.$plus$plus(filter.references()));
      return child == filter.child() ? filter : filter.copy(filter.condition(), child);
    }
    return plan;
  }

  static LogicalPlan planned(DataSourceV2ScanRelation relation, AttributeSet needed) {
    if (!(relation.scan() instanceof PythonScan)) {
      return relation;
    }
    PythonScan scan = (PythonScan) relation.scan();
    String name = (String) field(scan, "shortName");
    CaseInsensitiveStringMap options = (CaseInsensitiveStringMap) field(scan, "options");
    if (!name.equalsIgnoreCase("delta") || options.containsKey("__planned")) {
      return relation;
    }
    org.apache.spark.sql.sources.Filter[] filters =
        (org.apache.spark.sql.sources.Filter[]) field(scan, "supportedFilters");
    Set filtered = new HashSet();
    for (int i = 0; i < filters.length; i++) {
      filtered.addAll(Arrays.asList(filters[i].references()));
    }
    StructType full = (StructType) field(scan, "outputSchema");
    StructType schema = new StructType();
    scala.collection.mutable.ListBuffer output = new scala.collection.mutable.ListBuffer();
    for (int i = 0; i < relation.output().size(); i++) {
      AttributeReference column = (AttributeReference) relation.output().apply(i);
      boolean in = filtered.contains(column.name()) || filtered.contains("`" + column.name() + "`");
      if (needed == null || needed.contains(column) || in) {
        output.addOne(column);
        schema = schema.add((StructField) full.fields()[i]);
      }
    }
    if (output.isEmpty()) {
      output.addOne(relation.output().apply(0));
      schema = schema.add((StructField) full.fields()[0]);
    }
    Map extended = new HashMap(options.asCaseSensitiveMap());
    extended.put("__planned", "true");
    PythonDataSourceV2 own = new PythonDataSourceV2();
    own.setShortName(name);
    PythonScanBuilder builder =
        new PythonScanBuilder(own, name, schema, new CaseInsensitiveStringMap(extended));
    if (builder.pushFilters(filters).length > 0) {
      throw new IllegalStateException("A filter was pushed down and is now refused.");
    }
    return relation.copy(relation.relation(), builder.build(), output.toList(),
        relation.keyGroupedPartitioning(), relation.ordering(), relation.pushedFilters(),
        relation.mergeableScan());
  }

  static Object field(PythonScan scan, String name) {
    try {
      java.lang.reflect.Field field = PythonScan.class.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(scan);
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
  }
}
"""


def register(spark: SparkSession) -> bool:
    """Make `delta` a format of the session, and return whether it skips files by the filters of a query."""
    if skips := _install(spark):
        spark.conf.set("spark.sql.python.filterPushdown.enabled", "true")
    spark.dataSource.register(PruningDeltaDataSource if skips else DeltaDataSource)
    return skips


def _install(spark: SparkSession) -> bool:
    """Add the rule to the session's optimizer; return False without a JVM of ours, or on another Spark."""
    jvm: Any = getattr(spark, "_jvm", None)
    if jvm is None or not spark.version.startswith("4.3."):
        return False
    rules = spark._jsparkSession.experimental()
    if any(rule.getClass().getName() == CLASS for rule in _elements(rules.extraOptimizations())):
        return True
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(jvm.java.lang.Thread.currentThread().getContextClassLoader())
    compiler.cook(RULE)
    constructor = compiler.getClassLoader().loadClass(CLASS).getDeclaredConstructors()[0]
    gateway: Any = spark.sparkContext._gateway
    rule = constructor.newInstance(gateway.new_array(jvm.java.lang.Object, 0))
    setter = getattr(rules, "extraOptimizations_$eq")
    setter(rules.extraOptimizations().appended(rule))
    return True


def _elements(sequence: Any) -> list[Any]:
    return [sequence.apply(index) for index in range(sequence.size())]
