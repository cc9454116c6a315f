"""``python -m okta_access.cli`` is ``okta-access``."""

from okta_access.cli import main

if __name__ == "__main__":
    main()
