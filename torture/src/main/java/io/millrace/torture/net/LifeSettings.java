package io.millrace.torture.net;

import java.util.Map;
import java.util.TreeMap;

/** What a process of a network run is told by its command line: words of the form {@code name=value}. */
final class LifeSettings {
    private final Map<String, String> values = new TreeMap<>();

    LifeSettings(final String[] args) {
        for (final String arg : args) {
            final int at = arg.indexOf('=');
            values.put(arg.substring(0, at), arg.substring(at + 1));
        }
    }

    String text(final String name) {
        final String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set: " + values);
        }
        return value;
    }

    int number(final String name) {
        return Integer.parseInt(text(name));
    }

    boolean has(final String name) {
        return values.containsKey(name);
    }

    boolean is(final String name) {
        return Boolean.parseBoolean(text(name));
    }
}
