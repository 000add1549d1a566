/**
 * The side of a task on which replies from the outside come in: what asks for a call and what came of it are records of one
 * exchange, so a task reads both in the order of the log. Nothing in here calls anybody.
 */
package io.millrace.operators.effect;
