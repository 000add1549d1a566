package io.millrace.transport;

import java.util.List;

/** What an {@link Admin} is made from. Channel must be set; the rest has defaults. */
public final class AdminContext extends ClientContext<AdminContext> {
    /** Creates a context with defaults. */
    public AdminContext() {}

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public AdminContext conclude() {
        final List<String> problems = settings().problems();
        ConnectionSettings.check("admin", problems);
        close();
        return this;
    }

    @Override
    public String toString() {
        return "admin";
    }

    @Override
    AdminContext self() {
        return this;
    }

    ConnectionSettings settings() {
        return settings("admin");
    }
}
