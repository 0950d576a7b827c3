"""`python -m voiceguide` and the installed script."""

from __future__ import annotations

import signal
import sys

from voiceguide.exit_codes import Exit


def main() -> int:
    """Run the command that was typed. Asked to end (a shutdown, a closed terminal) it does so as after Ctrl-C:
    the terminal is put right, the engine stopped, the recording finished.
    """
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP; nohup has it ignored, and it stays so
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        from voiceguide import cli  # half a second on an old machine: time enough to press Ctrl-C
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return Exit.INTERRUPTED
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
