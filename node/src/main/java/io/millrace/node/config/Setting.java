package io.millrace.node.config;

import java.util.Locale;

/**
 * One thing that can be set, as the reference page lists it.
 *
 * @param <T>         type of its value
 * @param name        in files and in {@code --set}: lower case, parts separated by dots
 * @param type        how a text becomes a value
 * @param defaultText what counts when nobody says anything; null for a setting that has no default
 * @param meaning     of the setting, as sentences of the reference page
 */
public record Setting<T>(String name, SettingType<T> type, String defaultText, String meaning) {
    /** What the names of environment variables begin with. */
    public static final String ENVIRONMENT_PREFIX = "MILLRACE_";

    /**
     * The variable of the environment that sets it.
     *
     * @return for example {@code MILLRACE_MAX_SESSIONS}
     */
    public String environmentName() {
        return ENVIRONMENT_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    @Override
    public String toString() {
        return name;
    }
}
