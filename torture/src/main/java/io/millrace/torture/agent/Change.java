package io.millrace.torture.agent;

/**
 * Code that is woven into a method of the product.
 *
 * @param method that is changed.
 * @param advice class with the code.
 */
record Change(Method method, Class<?> advice) {}
