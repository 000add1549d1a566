package io.millrace.operators.task;

import io.millrace.operators.state.Stateful;

/**
 * What an operator keeps, under the name that it is found by after an upgrade.
 *
 * @param name   of the step; unique in its stage.
 * @param layout what is kept and how, in words: state is restored only where the words are the same.
 * @param state  of the operator.
 */
public record NamedState(String name, String layout, Stateful state) {}
