using System.CommandLine;

namespace OciTool.Commands;

/// <summary><c>oci index</c>: what is done with indexes.</summary>
internal sealed class IndexCommand : Command
{
    public IndexCommand()
        : base("index", "Puts images for several platforms together under one name.")
    {
        Add(new IndexCreateCommand());
        Add(new IndexAddCommand());
        Add(new IndexRemoveCommand());
    }
}
