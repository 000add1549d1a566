/** How the records of a key become one value: descriptions of aggregations, and the tables that hold what they have so far. */
package io.millrace.operators.aggregate;
