{#- One finding per pair of person records about which decisions contradict each other. -#}
{{ contradiction_findings('person', '人') }}
