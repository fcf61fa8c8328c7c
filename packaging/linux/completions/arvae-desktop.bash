# Completion of arvae-desktop in bash.

_arvae_desktop() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local options="--demo --base-url --model --data-dir --log-level --version --help" command="" word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            ask|quick) command=$word; break ;;
        esac
    done
    case $previous in
        --data-dir) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
        --log-level) mapfile -t COMPREPLY < <(compgen -W "debug info warning error" -- "$current"); return ;;
        --base-url|--model|--system|--timeout) COMPREPLY=(); return ;;
    esac
    [[ -z $command ]] && options+=" --hidden"
    [[ $command == ask ]] && options+=" --system --json --timeout --no-retry"
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    elif [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "ask quick" -- "$current")
    fi
}

complete -F _arvae_desktop arvae-desktop
