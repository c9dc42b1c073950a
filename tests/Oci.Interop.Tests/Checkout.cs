namespace Oci.Interop.Tests;

/// <summary>The checkout that the tests run from.</summary>
internal static class Checkout
{
    /// <summary>The folder that holds <c>OciSdk.sln</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OciSdk.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not in a checkout of OciSdk.");
    }
}
