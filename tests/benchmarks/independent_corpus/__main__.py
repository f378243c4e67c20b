"""Write a corpus: `python -m tests.benchmarks.independent_corpus PEOPLE SEED FOLDER`.

PEOPLE from about 200 on, or there are not enough companies for every hard case. 3,000 people have
about 7,900 records.
"""

import sys
from pathlib import Path

from tests.benchmarks.independent_corpus.building import write_corpus

if __name__ == "__main__":
    write_corpus(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
