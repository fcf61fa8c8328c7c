# Completion of arvae-desktop in fish.

complete -c arvae-desktop -f
complete -c arvae-desktop -n __fish_use_subcommand -a ask -d 'Stream an answer to standard output'
complete -c arvae-desktop -n __fish_use_subcommand -a quick -d 'Bring up the quick prompt'
complete -c arvae-desktop -l demo -d 'Talk to a built-in server that needs no key'
complete -c arvae-desktop -l base-url -x -d 'The server'
complete -c arvae-desktop -l model -x -d 'The model to ask'
complete -c arvae-desktop -l data-dir -x -a '(__fish_complete_directories)' -d 'Keep settings, conversations and log here'
complete -c arvae-desktop -l log-level -x -a 'debug info warning error' -d 'How much goes into the log'
complete -c arvae-desktop -l version -d 'Print the version and end'
complete -c arvae-desktop -n __fish_use_subcommand -l hidden -d 'Start in the tray, without a window'
complete -c arvae-desktop -s h -l help -d 'Print a short help and end'
complete -c arvae-desktop -n '__fish_seen_subcommand_from ask' -l system -x -d 'A system message before the prompt'
complete -c arvae-desktop -n '__fish_seen_subcommand_from ask' -l json -d 'Print one JSON object a line'
complete -c arvae-desktop -n '__fish_seen_subcommand_from ask' -l timeout -x -d 'The longest silence of the server'
complete -c arvae-desktop -n '__fish_seen_subcommand_from ask' -l no-retry -d 'Do not try again by itself'
