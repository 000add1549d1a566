package io.millrace.log;

/** What bytes can be done to. Each target must stand any bytes: an exception is a finding. */
enum FuzzTarget {
    /** Damages the segments of a store and opens it. */
    SEGMENTS("Segments") {
        @Override
        void run(final FuzzInput input) {
            SegmentDamage.run(input);
        }
    },

    /** Puts bytes in the place of one of the small files of a store and opens it. */
    SMALL_FILES("SmallFiles") {
        @Override
        void run(final FuzzInput input) {
            SmallFileDamage.run(input);
        }
    },

    /** Appends, claims, reads, seeks and opens in any order, and compares with a list. */
    OPERATIONS("Operations") {
        @Override
        void run(final FuzzInput input) {
            new ModelledOperations().run(input);
        }
    };

    private final String title;

    FuzzTarget(final String title) {
        this.title = title;
    }

    abstract void run(FuzzInput input);

    /** The word in the names of its tests. */
    final String title() {
        return title;
    }

    final void run(final byte[] bytes) {
        run(new FuzzInput(bytes));
    }

    /** Lets the first byte choose the target. */
    static void runAny(final byte[] bytes) {
        final FuzzInput input = new FuzzInput(bytes);
        values()[input.next(values().length)].run(input);
    }
}
