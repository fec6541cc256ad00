"""How a picture says by itself what it is: IPTC's digital source type, as XMP."""

from __future__ import annotations

import re

_TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"

#: A composite of captured and synthetic parts: a garment photo on a rendered person.
COMPOSITE_SYNTHETIC = _TERMS + "compositeSynthetic"
#: The same where a trained network made some of the parts: a finished shot.
COMPOSITE_TRAINED = _TERMS + "compositeWithTrainedAlgorithmicMedia"
#: Made by a trained model; some shops demand this term for every picture of a synthetic person.
TRAINED_ALGORITHMIC_MEDIA = _TERMS + "trainedAlgorithmicMedia"
#: A photograph that an algorithm has corrected, here: cut out of its ground.
ALGORITHMICALLY_ENHANCED = _TERMS + "algorithmicallyEnhanced"

_PROPERTY = re.compile(rb"DigitalSourceType\s*(?:=\s*[\"']|>\s*)([^\"'<\s]+)")


def xmp_packet(source_type: str) -> str:
    """The label as an XMP packet.

    Args:
        source_type: Address of the IPTC term.
    """
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'Iptc4xmpExt:DigitalSourceType="{source_type}"/></rdf:RDF></x:xmpmeta>'
    )


def labelled_as(data: bytes) -> str | None:
    """The term a picture's bytes carry (PNG, JPEG or WebP written by this package); None without one."""
    found = _PROPERTY.search(data)
    return found.group(1).decode() if found else None


def full_term(name: str) -> str:
    """The address of a term: 'compositeSynthetic' in full."""
    return _TERMS + name


def short_term(source_type: str) -> str:
    """The term without its address, as object metadata carries it: 'compositeSynthetic'."""
    return source_type.rpartition("/")[2]
