{#- One finding per pair of account records about which decisions contradict each other. -#}
{{ contradiction_findings('account', '会社') }}
